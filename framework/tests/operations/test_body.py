"""JSON bodies."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field
from pydantic_core import core_schema
from tests.kit import client, locations
from typing_extensions import TypedDict

from dovetail import APIRouter, Body, Depends, Dovetail, Query, Request
from dovetail.exceptions import RequestValidationError
from dovetail.responses import JSONResponse


class Item(BaseModel):
    name: str
    price: float = Field(gt=0)
    tags: set[str] = set()


class Owner(BaseModel):
    login: str


class Tree(BaseModel):
    children: "list[Tree]" = []

    def depth(self):
        return 1 + max((child.depth() for child in self.children), default=0)


class WithInfo:
    """Validates by a function that takes the information about its field."""

    def __init__(self, function):
        self.function = function

    def __get_pydantic_core_schema__(self, source, handler):
        return core_schema.with_info_after_validator_function(self.function, handler(source))


def test_a_model(app):
    @app.post("/")
    async def create(item: Item):
        return {"total": item.price * 2, "tags": sorted(item.tags)}

    response = client(app).post("/", json={"name": "a", "price": 2, "tags": ["x", "x", "y"]})
    assert response.json() == {"total": 4.0, "tags": ["x", "y"]}


def test_errors_are_located_in_the_body(app):
    @app.post("/")
    async def create(item: Item):
        return item

    response = client(app).post("/", json={"price": -1, "tags": [1]})
    assert locations(response) == [["body", "name"], ["body", "price"], ["body", "tags", 0]]


@pytest.mark.parametrize("text", ['{"name": ', "nothing", '{"a":1,}', "\xff"])
def test_a_body_that_is_no_json(app, text):
    @app.post("/")
    async def create(item: Item):
        return item

    response = client(app).post(
        "/", content=text.encode("latin-1"), headers={"content-type": "application/json"}
    )
    assert response.status_code in (400, 422)
    if response.status_code == 422:
        [error] = response.json()["detail"]
        assert error["type"] == "json_invalid"
        assert error["loc"][0] == "body"
        assert isinstance(error["loc"][1], int)
        assert error["ctx"]["error"]


def test_no_body_where_one_is_needed(app):
    @app.post("/")
    async def create(item: Item):
        return item

    [error] = client(app).post("/").json()["detail"]
    assert error == {"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}


def test_an_optional_body(app):
    @app.post("/")
    async def create(item: Item | None = None):
        return item

    assert client(app).post("/").json() is None
    assert client(app).post("/", json=None, content=b"null").status_code == 422
    response = client(app).post("/", content=b"null", headers={"content-type": "application/json"})
    assert response.json() is None


def test_several_parameters_are_keys_of_the_body(app):
    @app.put("/{number}")
    async def update(number: int, item: Item, owner: Owner, weight: Annotated[int, Body(ge=1)]):
        return [number, item.name, owner.login, weight]

    body = {"item": {"name": "a", "price": 1}, "owner": {"login": "b"}, "weight": 3}
    assert client(app).put("/7", json=body).json() == [7, "a", "b", 3]
    response = client(app).put("/7", json={"item": {}, "weight": 0})
    assert locations(response) == [
        ["body", "item", "name"],
        ["body", "item", "price"],
        ["body", "owner"],
        ["body", "weight"],
    ]


@pytest.mark.parametrize("body", [[], 3, "text", None])
def test_a_body_without_keys_lacks_all_of_them(app, body):
    @app.post("/")
    async def create(item: Item, owner: Owner):
        return None

    response = client(app).post(
        "/", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert locations(response) == [["body", "item"], ["body", "owner"]]


def test_one_parameter_under_its_key(app):
    @app.post("/")
    async def create(item: Annotated[Item, Body(embed=True)]):
        return item.name

    assert client(app).post("/", json={"item": {"name": "a", "price": 1}}).json() == "a"
    assert locations(client(app).post("/", json={"name": "a", "price": 1})) == [["body", "item"]]


def test_embedded_parameters_under_aliases(app):
    @app.post("/")
    async def create(
        one: Annotated[int, Body(alias="first")], two: Annotated[int, Body(alias="second")] = 2
    ):
        return [one, two]

    assert client(app).post("/", json={"first": 1}).json() == [1, 2]
    assert locations(client(app).post("/", json={"one": 1})) == [["body", "first"]]


@pytest.mark.parametrize(
    ("annotation", "body", "result"),
    [
        (list[Item], [{"name": "a", "price": 1, "tags": []}], 1),
        (dict[str, int], {"a": 1, "b": 2}, 2),
        (list[int], [1, 2, 3], 3),
    ],
)
def test_bodies_that_are_no_models(app, annotation, body, result):
    async def create(values: annotation):
        return len(values)

    app.post("/")(create)
    assert client(app).post("/", json=body).json() == result


def test_scalars_as_the_whole_body(app):
    @app.post("/")
    async def create(number: Annotated[int, Body()]):
        return number

    assert client(app).post("/", json=5).json() == 5
    assert locations(client(app).post("/", json="x")) == [["body"]]


def test_any_json(app):
    @app.post("/")
    async def create(value: Annotated[Any, Body()] = None):
        return value

    assert client(app).post("/", json={"a": [1, None]}).json() == {"a": [1, None]}
    assert client(app).post("/").json() is None


def test_dataclasses_and_typed_dicts(app):
    @dataclass
    class Point:
        x: int
        y: int = 0

    class Size(TypedDict):
        width: int

    @app.post("/point")
    async def point(point: Point):
        return point

    @app.post("/size")
    async def size(size: Annotated[Size, Body()]):
        return size

    assert client(app).post("/point", json={"x": "1"}).json() == {"x": 1, "y": 0}
    assert client(app).post("/size", json={"width": 2}).json() == {"width": 2}
    assert locations(client(app).post("/size", json={})) == [["body", "width"]]


def test_discriminated_unions(app):
    class Cat(BaseModel):
        kind: Literal["cat"]
        lives: int

    class Dog(BaseModel):
        kind: Literal["dog"]
        name: str

    @app.post("/")
    async def create(pet: Annotated[Cat | Dog, Body(discriminator="kind")]):
        return type(pet).__name__

    assert client(app).post("/", json={"kind": "dog", "name": "a"}).json() == "Dog"
    assert client(app).post("/", json={"kind": "cow"}).status_code == 422


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/vnd.api+json", 200),
        ("application/geo+json-seq", 422),
        ("text/plain", 422),
        ("text/json", 422),
        (None, 422),
    ],
)
def test_only_json_is_read_as_json(app, content_type, status):
    @app.post("/")
    async def create(item: Item):
        return item.name

    headers = {} if content_type is None else {"content-type": content_type}
    response = client(app).post("/", content=b'{"name": "a", "price": 1}', headers=headers)
    assert response.status_code == status


def test_lax_content_types(app):
    lax = Dovetail(strict_content_type=False)
    router = APIRouter(strict_content_type=True)

    @lax.post("/lax")
    @router.post("/strict")
    async def create(item: Item):
        return item.name

    lax.include_router(router)
    body = b'{"name": "a", "price": 1}'
    assert client(lax).post("/lax", content=body).json() == "a"
    assert client(lax).post("/strict", content=body).status_code == 422
    headers = {"content-type": "text/plain"}
    assert client(lax).post("/lax", content=body, headers=headers).status_code == 422


def test_bytes_of_another_content_type(app):
    @app.post("/")
    async def create(data: Annotated[bytes, Body(media_type="application/octet-stream")]):
        return len(data)

    headers = {"content-type": "application/octet-stream"}
    assert client(app).post("/", content=b"\x00\x01", headers=headers).json() == 2


def test_bodies_of_dependencies_are_combined(app):
    async def item_of(item: Item):
        return item

    @app.post("/")
    async def create(owner: Owner, item: Annotated[Item, Depends(item_of)]):
        return [owner.login, item.name]

    body = {"owner": {"login": "a"}, "item": {"name": "b", "price": 1}}
    assert client(app).post("/", json=body).json() == ["a", "b"]


def test_a_body_shared_by_a_dependency_and_the_function(app):
    async def name_of(item: Item):
        return item.name

    @app.post("/")
    async def create(item: Item, name: Annotated[str, Depends(name_of)]):
        return [item.name, name]

    assert client(app).post("/", json={"name": "b", "price": 1}).json() == ["b", "b"]


def test_the_request_beside_the_body(app):
    @app.post("/")
    async def create(request: Request, item: Item):
        return [item.name, (await request.body()).decode()]

    text = '{"name":"a","price":1}'
    headers = {"content-type": "application/json"}
    assert client(app).post("/", content=text, headers=headers).json() == ["a", text]


def test_the_body_read_by_a_dependency_first(app):
    async def raw(request: Request):
        return await request.body()

    @app.post("/")
    async def create(data: Annotated[bytes, Depends(raw)], item: Item):
        return [len(data), item.name]

    text = '{"name":"a","price":1}'
    headers = {"content-type": "application/json"}
    assert client(app).post("/", content=text, headers=headers).json() == [len(text), "a"]


def test_a_sync_function_with_a_body(app):
    @app.post("/")
    def create(item: Item, twice: bool = False):
        return item.name * (2 if twice else 1)

    assert client(app).post("/?twice=1", json={"name": "a", "price": 1}).json() == "aa"
    response = client(app).post("/?twice=x", json={"price": 1})
    assert locations(response) == [["query", "twice"], ["body", "name"]]


def test_the_handler_of_errors_sees_the_body(app):
    @app.exception_handler(RequestValidationError)
    async def show(request, error):
        return JSONResponse({"body": error.body, "count": len(error.errors())}, 400)

    @app.post("/")
    async def create(item: Item):
        return item

    response = client(app).post("/", json={"name": 1})
    assert response.status_code == 400
    assert response.json() == {"body": {"name": 1}, "count": 2}


def test_nulls_and_aliases_in_models(app):
    class Patch(BaseModel):
        title: str | None = None
        size: int = Field(1, alias="itemSize")

    @app.patch("/")
    async def change(patch: Patch):
        return patch.model_dump(exclude_unset=True)

    assert client(app).patch("/", json={"title": None}).json() == {"title": None}
    assert client(app).patch("/", json={"itemSize": 2}).json() == {"size": 2}


def test_strict_models_take_the_types_of_json(app):
    class Strict(BaseModel):
        model_config = {"strict": True}
        number: int

    class Dated(BaseModel):
        day: date

    @app.post("/strict")
    async def strict(value: Strict):
        return value

    @app.post("/dated")
    async def dated(value: Dated):
        return value

    assert client(app).post("/strict", json={"number": 1}).status_code == 200
    assert client(app).post("/strict", json={"number": "1"}).status_code == 422
    assert client(app).post("/dated", json={"day": "2024-01-02"}).json() == {"day": "2024-01-02"}


def test_a_body_with_get_and_delete(app):
    @app.delete("/")
    @app.get("/")
    async def read(owner: Owner):
        return owner.login

    http = client(app)
    assert http.request("DELETE", "/", json={"login": "a"}).json() == "a"
    assert http.request("GET", "/", json={"login": "b"}).json() == "b"


def test_an_absent_body_beside_a_dependency(app):
    async def other():
        return 1

    @app.post("/optional")
    async def optional(n: Annotated[int, Depends(other)], item: Item | None = None):
        return [n, item]

    @app.post("/needed")
    async def needed(n: Annotated[int, Depends(other)], item: Item):
        return [n, item.name]

    assert client(app).post("/optional").json() == [1, None]
    assert locations(client(app).post("/needed")) == [["body"]]
    assert client(app).post("/needed", json={"name": "a", "price": 1}).json() == [1, "a"]
    assert locations(client(app).post("/needed", json={})) == [["body", "name"], ["body", "price"]]


def test_a_form_where_json_is_expected(app):
    @app.post("/")
    async def create(item: Item):
        return item

    response = client(app).post("/", data={"name": "a", "price": "1"})
    assert locations(response) == [["body"]]


def test_validators_that_want_to_know_their_field(app):
    """Parameters whose validators see their surroundings are validated one by one."""

    def named(value, info):
        seen.append(info.field_name)
        return value

    seen = []

    @app.get("/{a}")
    async def read(
        a: Annotated[int, WithInfo(named)], b: Annotated[int, WithInfo(named), Query()] = 2
    ):
        return [a, b]

    assert client(app).get("/1").json() == [1, 2]
    assert client(app).get("/1?b=3").json() == [1, 3]
    assert locations(client(app).get("/1?b=x")) == [["query", "b"]]


def test_recursive_models(app):
    @app.post("/")
    async def create(tree: Tree, n: int = 1):
        return [tree.depth(), n]

    body = {"children": [{"children": [{}]}]}
    assert client(app).post("/", json=body).json() == [3, 1]
    response = client(app).post("/", json={"children": [{"children": 5}]})
    assert locations(response) == [["body", "children", 0, "children"]]
