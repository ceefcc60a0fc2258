"""`dependency_overrides`: other callables in the place of dependencies."""

from typing import Annotated

import pytest
from tests.kit import client, locations

import dovetail._plan.nodes
from dovetail import APIRouter, Depends, Dovetail, WebSocket


async def original(a: int = 1):
    return ["original", a]


async def replacement(b: int = 2):
    return ["replacement", b]


@pytest.fixture
def app():
    app = Dovetail()
    router = APIRouter()

    @app.get("/direct")
    @router.get("/included")
    async def read(value: Annotated[list, Depends(original)]):
        return value

    app.include_router(router)
    return app


@pytest.mark.parametrize("path", ["/direct", "/included"])
def test_a_replacement_is_called_with_its_own_parameters(app, path):
    http = client(app)
    assert http.get(path).json() == ["original", 1]
    app.dependency_overrides[original] = replacement
    assert http.get(f"{path}?a=5&b=6").json() == ["replacement", 6]
    assert locations(http.get(f"{path}?b=x")) == [["query", "b"]]
    app.dependency_overrides.clear()
    assert http.get(f"{path}?a=5").json() == ["original", 5]


def test_each_set_of_overrides_counts_at_its_time(app):
    http = client(app)
    for number in range(20):
        app.dependency_overrides = {original: lambda number=number: number}
        assert http.get("/direct").json() == number
    app.dependency_overrides = {}
    assert http.get("/direct").json() == ["original", 1]


def test_changes_in_the_same_mapping_are_seen(app):
    http = client(app)
    app.dependency_overrides[original] = lambda: "one"
    assert http.get("/direct").json() == "one"
    app.dependency_overrides[original] = lambda: "two"
    assert http.get("/direct").json() == "two"


def test_unrelated_overrides_change_nothing(app):
    app.dependency_overrides[replacement] = lambda: "unrelated"
    assert client(app).get("/direct").json() == ["original", 1]


def test_nested_and_shared_dependencies_are_replaced_everywhere():
    app = Dovetail()

    async def outer(value: Annotated[list, Depends(original)]):
        return value

    @app.get("/")
    async def read(a: Annotated[list, Depends(outer)], b: Annotated[list, Depends(original)]):
        return [a, b, a is b]

    app.dependency_overrides[original] = replacement
    assert client(app).get("/").json() == [["replacement", 2], ["replacement", 2], True]


def test_a_replacement_with_yield_is_ended():
    app = Dovetail()
    order = []

    def with_yield():
        order.append("enter")
        yield "value"
        order.append("leave")

    @app.get("/", dependencies=[Depends(original)])
    async def read():
        order.append("function")

    app.dependency_overrides[original] = with_yield
    client(app).get("/")
    assert order == ["enter", "function", "leave"]


def test_websockets_too():
    app = Dovetail()

    @app.websocket("/")
    async def serve(websocket: WebSocket, value: Annotated[list, Depends(original)]):
        await websocket.accept()
        await websocket.send_json(value)
        await websocket.close()

    app.dependency_overrides[original] = replacement
    with client(app).websocket_connect("/") as session:
        assert session.receive_json() == ["replacement", 2]


def test_callables_without_a_hash_cannot_be_replaced_but_work():
    class Unhashable:
        __hash__ = None

        def __call__(self):
            return "kept"

    app = Dovetail()
    dependency = Unhashable()

    async def read(value: Annotated[str, Depends(dependency)]):
        return value

    app.get("/")(read)
    app.dependency_overrides[original] = replacement
    assert client(app).get("/").json() == "kept"


# The interpreter looks at everything anew, on purpose.
@pytest.mark.parametrize("executor", ["plan", "handler"], indirect=True)
def test_dependencies_are_not_analysed_again_at_each_request(app, monkeypatch):
    """One plan per set of overrides; a request costs what it costs without them."""
    analysed = []
    real = dovetail._plan.nodes.get_dependant

    def counted(**options):
        analysed.append(options["call"])
        return real(**options)

    monkeypatch.setattr(dovetail._plan.nodes, "get_dependant", counted)
    http = client(app)
    app.dependency_overrides[original] = replacement
    for _ in range(5):
        assert http.get("/direct").json() == ["replacement", 2]
    assert analysed == [replacement]
    app.dependency_overrides[replacement] = lambda: None
    for _ in range(5):
        http.get("/direct")
    assert len(analysed) == 2
