"""What path operation functions return, and what is sent."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, computed_field, field_validator, model_validator
from tests.kit import answer_of, client

from dovetail import APIRouter, Depends, Dovetail, Response
from dovetail.exceptions import ResponseValidationError
from dovetail.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)
from dovetail.testclient import TestClient


class Out(BaseModel):
    name: str
    size: int = 1
    note: str | None = None


def test_json_without_a_model(app):
    @app.get("/")
    async def read():
        return {
            "number": 1,
            "text": "ä",
            "none": None,
            "day": date(2024, 1, 2),
            "moment": datetime(2024, 1, 2, 3, 4, tzinfo=UTC),
            "key": UUID(int=1),
            "amount": Decimal("1.50"),
            "set": {1},
            "bytes": b"raw",
            "model": Out(name="a"),
        }

    response = client(app).get("/")
    assert response.headers["content-type"] == "application/json"
    assert int(response.headers["content-length"]) == len(response.content)
    assert response.json() == {
        "number": 1,
        "text": "ä",
        "none": None,
        "day": "2024-01-02",
        "moment": "2024-01-02T03:04:00+00:00",
        "key": "00000000-0000-0000-0000-000000000001",
        "amount": 1.5,
        "set": [1],
        "bytes": "raw",
        "model": {"name": "a", "size": 1, "note": None},
    }


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "text", [], {}, [1, [2]]])
def test_any_json_value(app, value):
    @app.get("/")
    async def read():
        return value

    response = client(app).get("/")
    assert response.json() == value
    assert response.status_code == 200


def test_keys_that_are_no_text(app):
    class Key(Enum):
        one = "first"

    @app.get("/")
    async def read():
        return {1: "a", Key.one: "b", None: "c", "_sa_state": "hidden"}

    assert client(app).get("/").json() == {"1": "a", "first": "b", "null": "c"}


def test_values_that_json_lacks_are_a_server_error(app):
    @app.get("/")
    async def read():
        return float("nan")

    assert client(app).get("/").status_code == 500


def test_the_response_model_filters(app):
    class Secret(Out):
        password: str

    @app.get("/annotated")
    async def annotated() -> Out:
        return Secret(name="a", password="p")

    @app.get("/declared", response_model=Out)
    async def declared():
        return {"name": "a", "password": "p", "size": "3"}

    assert client(app).get("/annotated").json() == {"name": "a", "size": 1, "note": None}
    assert client(app).get("/declared").json() == {"name": "a", "size": 3, "note": None}


def test_response_model_none_turns_it_off(app):
    @app.get("/", response_model=None)
    async def read() -> Out:
        return {"anything": 1}

    assert client(app).get("/").json() == {"anything": 1}


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_a_result_that_does_not_fit_is_a_server_error(app, kind):
    if kind == "async":

        @app.get("/things")
        async def read() -> Out:
            return {"name": None}
    else:

        @app.get("/things")
        def read() -> Out:
            return {"name": None}

    with pytest.raises(ResponseValidationError) as caught:
        TestClient(app).get("/things")
    assert caught.value.errors()[0]["loc"] == ("response", "name")
    assert caught.value.body == {"name": None}
    assert caught.value.endpoint_function == "read"
    assert caught.value.endpoint_file == __file__
    assert "GET /things" in str(caught.value)
    assert client(app).get("/things").status_code == 500


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"name": "a", "size": 1, "note": None}),
        ({"response_model_exclude_unset": True}, {"name": "a"}),
        ({"response_model_exclude_defaults": True}, {"name": "a"}),
        ({"response_model_exclude_none": True}, {"name": "a", "size": 1}),
        ({"response_model_include": {"size"}}, {"size": 1}),
        ({"response_model_exclude": {"size", "note"}}, {"name": "a"}),
        ({"response_model_include": ["name", "note"]}, {"name": "a", "note": None}),
    ],
)
def test_what_is_left_out(app, options, expected):
    @app.get("/model", **options)
    async def model() -> Out:
        return Out(name="a")

    @app.get("/data", **options)
    def data() -> Out:
        return {"name": "a"}

    assert client(app).get("/model").json() == expected
    assert client(app).get("/data").json() == expected


def test_aliases(app):
    class Aliased(BaseModel):
        full_name: str = Field(alias="fullName")

    @app.get("/by-alias")
    async def by_alias() -> Aliased:
        return Aliased(fullName="a")

    @app.get("/by-name", response_model_by_alias=False)
    async def by_name() -> Aliased:
        return Aliased(fullName="a")

    assert client(app).get("/by-alias").json() == {"fullName": "a"}
    assert client(app).get("/by-name").json() == {"full_name": "a"}


def test_objects_with_attributes(app):
    class Row:
        name = "a"
        size = 2
        note = None

    @app.get("/one")
    async def one() -> Out:
        return Row()

    @app.get("/many")
    async def many() -> list[Out]:
        return [Row(), Row()]

    assert client(app).get("/one").json()["size"] == 2
    assert len(client(app).get("/many").json()) == 2


def test_unions_generics_and_containers(app):
    T = TypeVar("T")

    class Page(BaseModel, Generic[T]):
        data: list[T]

    class Other(BaseModel):
        other: int

    @app.get("/page")
    async def page() -> Page[Out]:
        return {"data": [{"name": "a"}]}

    @app.get("/union")
    async def union(which: int) -> Out | Other:
        return Other(other=1) if which else Out(name="a")

    @app.get("/dict")
    async def mapping() -> dict[str, Out]:
        return {"x": {"name": "a"}}

    ask = client(app).get
    full = {"name": "a", "size": 1, "note": None}
    assert ask("/page").json() == {"data": [full]}
    assert ask("/union?which=1").json() == {"other": 1}
    assert ask("/union?which=0").json() == full
    assert ask("/dict").json() == {"x": full}


def test_dataclasses(app):
    @dataclasses.dataclass
    class Point:
        x: int
        y: int = 0

    @app.get("/")
    async def read() -> Point:
        return Point(1)

    @app.get("/plain", response_model=None)
    async def plain():
        return Point(2)

    assert client(app).get("/").json() == {"x": 1, "y": 0}
    assert client(app).get("/plain").json() == {"x": 2, "y": 0}


def test_computed_fields(app):
    class Box(BaseModel):
        side: int

        @computed_field
        @property
        def area(self) -> int:
            return self.side**2

    @app.get("/")
    async def read() -> Box:
        return Box(side=3)

    assert client(app).get("/").json() == {"side": 3, "area": 9}


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_an_instance_of_the_very_model_is_not_validated_again(app, kind):
    runs = []

    class Checked(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def on_field(cls, value):
            runs.append("field")
            return value

        @model_validator(mode="after")
        def on_model(self):
            runs.append("model")
            return self

    class Sub(Checked):
        more: int = 1

    async def make(sub: bool = False) -> Checked:
        return (Sub if sub else Checked)(name="a")

    def make_blocking(sub: bool = False) -> Checked:
        return (Sub if sub else Checked)(name="a")

    app.get("/")(make if kind == "async" else make_blocking)
    assert client(app).get("/").json() == {"name": "a"}
    assert runs == ["field", "model"]
    runs.clear()
    # Of another class it has to be made into the declared one, which leaves `more` out.
    assert client(app).get("/?sub=1").json() == {"name": "a"}
    assert len(runs) >= 2


def test_models_that_want_to_be_validated_again(app):
    runs = []

    class Always(BaseModel):
        model_config = {"revalidate_instances": "always"}
        name: str

        @model_validator(mode="after")
        def count(self):
            runs.append(1)
            return self

    @app.get("/")
    async def read() -> Always:
        return Always(name="a")

    client(app).get("/")
    assert len(runs) == 2


def test_status_codes(app):
    @app.post("/created", status_code=201)
    async def created():
        return {"id": 1}

    @app.delete("/gone", status_code=204)
    async def gone():
        return None

    @app.delete("/gone-blocking", status_code=204)
    def gone_blocking() -> None:
        return None

    assert client(app).post("/created").status_code == 201
    for path in ("/gone", "/gone-blocking"):
        response = client(app).delete(path)
        assert response.status_code == 204
        assert response.content == b""
        assert "content-length" not in response.headers


def test_an_injected_response(app):
    async def tag(response: Response):
        response.headers["x-tag"] = "1"

    @app.get("/", dependencies=[Depends(tag)])
    async def read(response: Response, teapot: bool = False):
        response.set_cookie("seen", "yes")
        response.headers["x-own"] = "2"
        if teapot:
            response.status_code = 418
        return {"a": 1}

    response = client(app).get("/")
    assert response.status_code == 200
    assert response.headers["x-tag"] == "1"
    assert response.headers["x-own"] == "2"
    assert response.cookies["seen"] == "yes"
    assert client(app).get("/?teapot=1").status_code == 418


def test_an_injected_status_without_a_body(app):
    @app.get("/")
    def read(response: Response):
        response.status_code = 204
        return {"dropped": True}

    response = client(app).get("/")
    assert response.status_code == 204
    assert response.content == b""


def test_responses_pass_as_they_are(app, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("content")

    @app.get("/text")
    async def text():
        return PlainTextResponse("hi", 202, headers={"x-a": "b"})

    @app.get("/redirect")
    def redirect():
        return RedirectResponse("/elsewhere")

    @app.get("/file")
    async def send_file():
        return FileResponse(file)

    @app.get("/stream")
    async def stream():
        return StreamingResponse(iter(["a", "b"]), media_type="text/plain")

    @app.get("/annotated")
    async def annotated() -> Response:
        return JSONResponse({"a": 1})

    http = client(app, follow_redirects=False)
    assert (http.get("/text").text, http.get("/text").status_code) == ("hi", 202)
    assert http.get("/text").headers["x-a"] == "b"
    assert http.get("/redirect").headers["location"] == "/elsewhere"
    assert http.get("/file").text == "content"
    assert http.get("/stream").text == "ab"
    assert http.get("/annotated").json() == {"a": 1}


def test_a_file_that_is_not_there_is_a_server_error(app, tmp_path):
    @app.get("/")
    async def read():
        return FileResponse(tmp_path / "none")

    assert client(app).get("/").status_code == 500
    with pytest.raises(RuntimeError, match="does not exist"):
        TestClient(app).get("/")


def test_response_classes(app):
    class Shout(Response):
        media_type = "text/shout"

        def render(self, content: Any) -> bytes:
            return str(content).upper().encode()

    class Wrapped(JSONResponse):
        def render(self, content: Any) -> bytes:
            return super().render({"wrapped": content})

    @app.get("/html", response_class=HTMLResponse)
    async def html():
        return "<p>"

    @app.get("/shout", response_class=Shout)
    def shout():
        return "hello"

    @app.get("/wrapped", response_class=Wrapped)
    async def wrapped() -> Out:
        return Out(name="a")

    ask = client(app).get
    assert ask("/html").headers["content-type"] == "text/html; charset=utf-8"
    assert (ask("/shout").text, ask("/shout").headers["content-type"]) == (
        "HELLO",
        "text/shout; charset=utf-8",
    )
    assert ask("/wrapped").json() == {"wrapped": {"name": "a", "size": 1, "note": None}}


def test_the_default_class_of_routers_and_applications():
    app = Dovetail(default_response_class=PlainTextResponse)
    router = APIRouter(default_response_class=HTMLResponse)

    async def read():
        return "x"

    app.get("/text")(read)
    app.get("/json", response_class=JSONResponse)(read)
    router.get("/html")(read)
    app.include_router(router)

    def kind(path):
        return client(app).get(path).headers["content-type"].partition(";")[0]

    assert [kind("/text"), kind("/json"), kind("/html")] == [
        "text/plain",
        "application/json",
        "text/html",
    ]


def test_head_and_options_have_functions_of_their_own(app):
    @app.head("/")
    async def head(response: Response):
        response.headers["x-count"] = "3"

    @app.options("/")
    async def options():
        return ["GET"]

    assert client(app).head("/").headers["x-count"] == "3"
    assert client(app).options("/").json() == ["GET"]
    assert client(app).get("/").status_code == 405


def test_messages_are_sent_once_and_whole(app):
    @app.get("/")
    async def read():
        return {"a": "b" * 5000}

    answer = answer_of(app, "GET", "/")
    assert dict(answer.headers)["content-length"] == str(len(answer.body))
    assert answer.json() == {"a": "b" * 5000}


def test_annotated_response_models(app):
    @app.get("/")
    async def read() -> Annotated[int, Field(gt=3)]:
        return 4

    @app.get("/wrong")
    async def wrong() -> Annotated[int, Field(gt=3)]:
        return 2

    assert client(app).get("/").json() == 4
    assert client(app).get("/wrong").status_code == 500
