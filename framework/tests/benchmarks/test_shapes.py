"""What the core answers to each shape is what every peer has to answer."""

import asyncio

import pytest

from benchmarks import driver, lifespan, peer, shapes
from benchmarks.messages import Answer, difference

CORE = peer.BY_NAME[peer.CORE]


async def answer_of(shape: shapes.Shape) -> Answer:
    build = peer.builder(peer.load(CORE), shape.key)
    assert build is not None, f"the core does not express {shape.key}"
    app = build()
    async with lifespan.running(app):
        return await driver.caller(app, shape.request).answer()


@pytest.mark.parametrize("shape", shapes.SHAPES, ids=lambda shape: shape.key)
def test_the_core_answers_as_expected(shape):
    assert difference(shape.answer, asyncio.run(answer_of(shape))) is None


def test_shapes_are_chosen_by_number_and_by_key():
    assert [shape.key for shape in shapes.choose("19, hello,2")] == [
        "invalid",
        "hello",
        "path_query",
    ]
    assert shapes.choose("") == list(shapes.SHAPES)


@pytest.mark.parametrize("name", ["0", "20", "helo"])
def test_an_unknown_shape_is_named(name):
    with pytest.raises(ValueError, match=f"no shape '{name}'"):
        shapes.choose(name)


def test_an_unknown_peer_is_named():
    with pytest.raises(ValueError, match=r"no peer 'flask'.*starlette"):
        peer.choose("fastapi,flask")


def test_the_import_of_fastapi_is_exchanged(tmp_path):
    path = tmp_path / "one.py"
    path.write_text("from fastapi.sub import name\nfrom json import loads\n")
    (tmp_path / "stand_in").mkdir()
    (tmp_path / "stand_in" / "__init__.py").touch()
    (tmp_path / "stand_in" / "sub.py").write_text("name = 'of the stand-in'\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        module = peer.load_exchanged("exchanged_one", path, "stand_in")
    assert module.name == "of the stand-in"
    assert module.loads("1") == 1


def test_a_peer_expresses_what_it_has_a_function_for(tmp_path):
    path = tmp_path / "two.py"
    path.write_text("class model: pass\ndef hello(): return 'an application'\n")
    module = peer.load_exchanged("exchanged_two", path, "stand_in")
    assert peer.builder(module, "hello")() == "an application"
    assert peer.builder(module, "model") is None
    assert peer.builder(module, "websocket") is None
