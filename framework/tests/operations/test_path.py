"""Parameters of the path."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import pytest
from tests.kit import client, locations

from dovetail import Path


class Colour(StrEnum):
    red = "red"
    green = "green"


def test_a_path_parameter_has_the_declared_type(app):
    @app.get("/items/{item_id}")
    async def read(item_id: int):
        return {"doubled": item_id * 2}

    assert client(app).get("/items/21").json() == {"doubled": 42}


def test_an_invalid_path_parameter_is_named(app):
    @app.get("/items/{item_id}")
    async def read(item_id: int):
        return item_id

    response = client(app).get("/items/many")
    assert response.status_code == 422
    [error] = response.json()["detail"]
    assert error["loc"] == ["path", "item_id"]
    assert error["type"] == "int_parsing"
    assert error["input"] == "many"


def test_without_an_annotation_it_is_text(app):
    @app.get("/items/{item_id}")
    async def read(item_id):
        return item_id

    assert client(app).get("/items/007").json() == "007"


@pytest.mark.parametrize(("number", "status"), [("0", 422), ("1", 200), ("9", 200), ("10", 422)])
def test_constraints_hold(app, number, status):
    @app.get("/items/{item_id}")
    async def read(item_id: Annotated[int, Path(gt=0, lt=10)]):
        return item_id

    assert client(app).get(f"/items/{number}").status_code == status


def test_the_default_style_without_annotated(app):
    @app.get("/items/{item_id}")
    async def read(item_id: int = Path(ge=5)):
        return item_id

    assert client(app).get("/items/5").json() == 5
    assert client(app).get("/items/4").status_code == 422


def test_a_parameter_under_an_alias(app):
    @app.get("/items/{item_number}")
    async def read(number: Annotated[int, Path(alias="item_number")]):
        return number

    assert client(app).get("/items/3").json() == 3
    assert locations(client(app).get("/items/x")) == [["path", "item_number"]]


def test_enums_and_uuids(app):
    @app.get("/{colour}/{key}")
    async def read(colour: Colour, key: UUID):
        return {"colour": colour, "version": key.version}

    key = "7b0e7f0e-93a2-4c9b-9a3f-5a0e6a3d8a11"
    assert client(app).get(f"/red/{key}").json() == {"colour": "red", "version": 4}
    response = client(app).get("/blue/none")
    assert locations(response) == [["path", "colour"], ["path", "key"]]


def test_a_path_in_the_path(app):
    @app.get("/files/{name:path}")
    async def read(name: str):
        return name

    assert client(app).get("/files/a/b%20c.txt").json() == "a/b c.txt"


def test_convertors_choose_the_route(app):
    @app.get("/things/{number:int}")
    async def by_number(number: int):
        return {"number": number}

    @app.get("/things/{name}")
    async def by_name(name: str):
        return {"name": name}

    assert client(app).get("/things/5").json() == {"number": 5}
    assert client(app).get("/things/five").json() == {"name": "five"}


def test_several_parameters_in_one_segment(app):
    @app.get("/range/{start}-{end}")
    async def read(start: int, end: int):
        return [start, end]

    assert client(app).get("/range/3-7").json() == [3, 7]


def test_a_default_is_ignored_where_the_path_has_the_parameter(app):
    @app.get("/items")
    @app.get("/items/{number}")
    async def read(number: int = 7):
        return number

    assert client(app).get("/items").json() == 7
    assert client(app).get("/items/8").json() == 8


def test_percent_encoded_slashes_and_unicode(app):
    @app.get("/names/{name}")
    async def read(name: str):
        return name

    assert client(app).get("/names/Gr%C3%BC%C3%9Fe").json() == "Grüße"
