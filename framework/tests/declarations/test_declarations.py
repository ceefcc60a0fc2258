"""Declarations of parameters: what they are taken for, and which are refused."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Optional

import pytest
from pydantic import AliasChoices, BaseModel, Discriminator, Field, Tag
from tests.kit import client
from typing_extensions import TypeAliasType

from dovetail import (
    Body,
    Cookie,
    Depends,
    Dovetail,
    File,
    Form,
    Header,
    Path,
    Query,
    Request,
    UploadFile,
    params,
)
from dovetail.dependencies.utils import get_dependant, get_typed_annotation
from dovetail.exceptions import ConfigurationError, PydanticV1NotSupportedError


class Item(BaseModel):
    name: str


UserId = Annotated[int, Query(ge=1)]
Alias = TypeAliasType("Alias", Annotated[int, Query(ge=1)])
Number = TypeAliasType("Number", int)
UserAge = Annotated[int, Query(description="Shared.")]


def dependant_of(function, path="/"):
    return get_dependant(path=path, call=function)


def names(fields):
    return [field.name for field in fields]


def test_where_a_parameter_comes_from_when_nothing_is_said():
    def function(
        a: int,
        b: str,
        c: Item,
        d: list[int],
        e: dict[str, int],
        f: Optional[Item] = None,  # noqa: UP045 (as older code has it)
        g: UploadFile | None = None,
        h: Any = None,
        i=1,
    ):
        pass

    dependant = dependant_of(function, "/{a}")
    assert names(dependant.path_params) == ["a"]
    assert names(dependant.query_params) == ["b", "h", "i"]
    assert names(dependant.body_params) == ["c", "d", "e", "f", "g"]
    assert isinstance(dependant.body_params[-1].field_info, params.File)


def test_annotations_as_text_and_aliases_of_types():
    def known(a: UserId, b: "UserId", c: Alias, d: Number):  # noqa: UP037
        pass

    dependant = dependant_of(known)
    assert names(dependant.query_params) == ["a", "b", "c", "d"]
    for field in dependant.query_params[:3]:
        assert field.validate(0, loc=())[1]
    assert dependant.query_params[3].validate("4", loc=())[0] == 4


def test_names_that_only_type_checkers_know(app):
    """A dependency may be annotated with a name that exists for type checkers alone."""

    def given():
        return "given"

    @app.get("/")
    async def read(value: OnlyForTypeCheckers = Depends(given)):  # noqa: F821
        return value

    assert client(app).get("/").json() == "given"


def test_typed_annotations():
    assert get_typed_annotation("int", {}) is int
    assert get_typed_annotation("None", {}) is None
    assert get_typed_annotation(str, {}) is str


@pytest.mark.parametrize(
    ("annotation", "default", "path", "message"),
    [
        (Annotated[int, Path()], 1, "/{a}", "cannot have default"),
        (Annotated[int, Query()], ..., "/{a}", "Cannot use `Query` for path param 'a'"),
        (Annotated[int, Query(5)], ..., "/", "default value cannot be set in `Annotated`"),
        (Annotated[int, Query()], Query(), "/", "together for 'a'"),
        (Annotated[int, Depends(int)], Depends(int), "/", "together for 'a'"),
        (Annotated[int, Query()], Depends(int), "/", "together for 'a'"),
        (Annotated[Request, Query()], ..., "/", "Cannot specify"),
        (Annotated[Request, Depends()], Depends(int), "/", "together for 'a'"),
        (dict[str, int], ..., "/{a}", "Path params must be of one of the supported types"),
        (Annotated[dict[str, int], Query()], ..., "/", "one of the supported types"),
        (Annotated[list[Item], Query()], ..., "/", "one of the supported types"),
        (Annotated[Item | int, Query()], ..., "/", "one of the supported types"),
    ],
)
def test_declarations_that_are_refused(annotation, default, path, message):
    def function(a=default):
        pass

    function.__annotations__ = {"a": annotation}
    if default is ...:
        function.__defaults__ = None
    with pytest.raises(ConfigurationError, match=message):
        dependant_of(function, path)


def test_a_path_parameter_has_no_default():
    with pytest.raises(ConfigurationError, match="cannot have a default"):
        Path(1)


def test_types_that_pydantic_does_not_know():
    class Unknown:
        pass

    def function(a: Annotated[Unknown, Query()]):
        pass

    function.__annotations__ = {"a": Annotated[Unknown, Query()]}
    with pytest.raises(ConfigurationError, match="not a valid Pydantic field type"):
        dependant_of(function)


def test_models_of_pydantic_1_are_refused():
    v1 = pytest.importorskip("pydantic.v1")
    if sys.version_info >= (3, 14):
        pytest.skip("pydantic.v1 does not work there")

    class Old(v1.BaseModel):
        a: int

    for annotation in (Old, list[Old], Old | None):

        def function(a):
            pass

        function.__annotations__ = {"a": annotation}
        with pytest.raises(PydanticV1NotSupportedError, match="not supported"):
            dependant_of(function)


def test_a_declaration_shared_by_several_functions(app):
    """Declarations in `Annotated` are read, not changed."""

    @app.get("/a")
    async def a(first: UserAge = 1):
        return first

    @app.get("/b")
    async def b(second: UserAge):
        return second

    http = client(app)
    assert http.get("/a").json() == 1
    assert http.get("/b?second=2").json() == 2
    assert http.get("/b").status_code == 422


def test_metadata_of_annotated_beside_the_declaration(app):
    @app.get("/")
    async def read(a: Annotated[int, Query(), Field(gt=5)], b: Annotated[int, Field(lt=3)] = 1):
        return [a, b]

    assert client(app).get("/?a=6&b=2").json() == [6, 2]
    assert len(client(app).get("/?a=5&b=3").json()["detail"]) == 2


def test_declarations_show_their_default():
    assert repr(Query(5)) == "Query(5)"
    assert repr(params.Body("x")) == "Body(x)"
    assert "max_concurrency=None" in repr(Depends(int))
    assert params.Security(scopes=["a"]).scopes == ["a"]
    assert [type(make()).__name__ for make in (Body, Cookie, File, Form, Header)] == [
        "Body",
        "Cookie",
        "File",
        "Form",
        "Header",
    ]


def test_forms_need_a_parser(monkeypatch):
    def function(a: Annotated[str, Form()]):
        pass

    function.__annotations__ = {"a": Annotated[str, Form()]}
    monkeypatch.setitem(sys.modules, "python_multipart", None)
    monkeypatch.setitem(sys.modules, "multipart", None)
    with pytest.raises(RuntimeError, match="pip install python-multipart"):
        dependant_of(function)


@pytest.mark.parametrize(
    ("version", "has_parser", "message"),
    [
        ("", False, "pip install python-multipart"),
        ("0.1", False, "pip uninstall multipart"),
        ("0.0.5", True, None),
    ],
)
def test_the_namesake_of_the_parser(monkeypatch, version, has_parser, message):
    import types

    def function(a):
        pass

    function.__annotations__ = {"a": Annotated[str, Form()]}
    namesake = types.ModuleType("multipart")
    namesake.__version__ = version
    inner = types.ModuleType("multipart.multipart")
    if has_parser:
        inner.parse_options_header = print
    monkeypatch.setitem(sys.modules, "python_multipart", None)
    monkeypatch.setitem(sys.modules, "multipart", namesake)
    monkeypatch.setitem(sys.modules, "multipart.multipart", inner)
    if message is None:
        assert names(dependant_of(function).body_params) == ["a"]
        return
    with pytest.raises(RuntimeError, match=message):
        dependant_of(function)


def test_functions_without_a_signature():
    with pytest.raises(ValueError, match="signature"):
        Dovetail().get("/")(type)


def test_one_declaration_for_paths_with_different_names(app):
    either = Annotated[int, Path(validation_alias=AliasChoices("item_id", "thing_id"))]

    async def read(number):
        return number

    read.__annotations__ = {"number": either}
    app.get("/items/{item_id}")(read)
    app.get("/things/{thing_id}")(read)
    http = client(app)
    assert http.get("/items/1").json() == 1
    assert http.get("/things/2").json() == 2
    assert http.get("/things/x").json()["detail"][0]["loc"] == ["path", "thing_id"]


def test_a_parameter_of_no_particular_place_is_in_the_query(app):
    async def read(a):
        return a

    read.__annotations__ = {"a": Annotated[int, params.Param()]}
    app.get("/")(read)
    assert client(app).get("/?a=3").json() == 3


def test_different_form_models_of_one_name_need_keys(app):
    class One(BaseModel):
        a: int

    class Two(BaseModel):
        b: int

    async def first(data):
        return data.a

    async def second(data):
        return data.b

    first.__annotations__ = {"data": Annotated[One, Form()]}
    second.__annotations__ = {"data": Annotated[Two, Form()]}

    async def read(x=Depends(first), y=Depends(second)):
        return [x, y]

    app.post("/")(read)
    assert client(app).post("/", data={"a": "1", "b": "2"}).json() == [1, 2]


def test_form_models_told_apart_by_a_function(app):
    class Cat(BaseModel):
        lives: int

    class Dog(BaseModel):
        name: str

    def kind(value):
        return "cat" if "lives" in value else "dog"

    async def read(pet):
        return type(pet).__name__

    members = Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")]
    read.__annotations__ = {"pet": Annotated[members, Form(discriminator=Discriminator(kind))]}
    app.post("/")(read)
    assert client(app).post("/", data={"lives": "9"}).json() == "Cat"
    assert client(app).post("/", data={"name": "x"}).json() == "Dog"
    [error] = client(app).post("/", data={"lives": "x"}).json()["detail"]
    assert error["loc"] == ["body", "cat", "lives"]


def test_an_old_parser_is_refused(monkeypatch):
    import types

    def function(a):
        pass

    function.__annotations__ = {"a": Annotated[str, Form()]}
    old = types.ModuleType("python_multipart")
    old.__version__ = "0.0.10"
    monkeypatch.setitem(sys.modules, "python_multipart", old)
    monkeypatch.setitem(sys.modules, "multipart", None)
    with pytest.raises(RuntimeError, match="pip install python-multipart"):
        dependant_of(function)
