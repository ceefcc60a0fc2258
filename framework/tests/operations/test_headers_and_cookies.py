"""Parameters of header fields and cookies."""

from typing import Annotated

from pydantic import BaseModel, Field
from tests.kit import client, locations

from dovetail import Cookie, Header


def test_underscores_are_hyphens_in_header_names(app):
    @app.get("/")
    async def read(x_request_id: Annotated[str, Header()]):
        return x_request_id

    assert client(app).get("/", headers={"X-Request-Id": "7"}).json() == "7"
    assert locations(client(app).get("/")) == [["header", "x-request-id"]]


def test_underscores_that_stay(app):
    @app.get("/")
    async def read(odd_name: Annotated[str | None, Header(convert_underscores=False)] = None):
        return odd_name

    assert client(app).get("/", headers={"odd_name": "a", "odd-name": "b"}).json() == "a"


def test_repeated_headers(app):
    @app.get("/")
    async def read(x_token: Annotated[list[str], Header()], x_first: Annotated[str, Header()]):
        return [x_token, x_first]

    headers = [("x-token", "a"), ("x-token", "b"), ("x-first", "1"), ("x-first", "2")]
    assert client(app).get("/", headers=headers).json() == [["a", "b"], "1"]


def test_header_values_are_validated(app):
    @app.get("/")
    async def read(x_number: Annotated[int, Header(ge=3)] = 5):
        return x_number

    ask = client(app).get
    assert ask("/").json() == 5
    assert ask("/", headers={"x-number": "4"}).json() == 4
    assert locations(ask("/", headers={"x-number": "2"})) == [["header", "x-number"]]


def test_a_header_under_an_alias(app):
    @app.get("/")
    async def read(agent: Annotated[str, Header(alias="User-Agent")]):
        return agent

    assert client(app).get("/", headers={"user-agent": "curl"}).json() == "curl"


def test_a_model_of_headers(app):
    class Common(BaseModel):
        if_match: str | None = None
        x_tag: list[str] = []
        trace_id: int = Field(0, alias="x-trace")

    @app.get("/")
    async def read(common: Annotated[Common, Header()]):
        return common

    headers = [("if-match", "e"), ("x-tag", "a"), ("x-tag", "b"), ("x-trace", "9")]
    assert client(app).get("/", headers=headers).json() == {
        "if_match": "e",
        "x_tag": ["a", "b"],
        "x-trace": 9,
    }
    response = client(app).get("/", headers={"x-trace": "none"})
    assert locations(response) == [["header", "x-trace"]]


def test_errors_of_a_header_model_name_the_header(app):
    class Common(BaseModel):
        save_data: bool

    @app.get("/")
    async def read(common: Annotated[Common, Header()]):
        return common

    response = client(app).get("/", headers={"save-data": "maybe"})
    assert locations(response) == [["header", "save-data"]]


def test_a_header_model_that_forbids_others(app):
    class Only(BaseModel):
        model_config = {"extra": "forbid"}
        x_one: str

    @app.get("/")
    async def read(only: Annotated[Only, Header()]):
        return only

    response = client(app).get("/", headers={"x-one": "1", "x-two": "2"})
    assert response.status_code == 422
    assert ["header", "x-two"] in locations(response)


def test_cookies(app):
    @app.get("/")
    async def read(session: Annotated[str, Cookie()], visits: Annotated[int, Cookie()] = 0):
        return [session, visits]

    ask = client(app).get
    assert ask("/", headers={"cookie": "session=abc; visits=3"}).json() == ["abc", 3]
    assert locations(ask("/", headers={"cookie": "visits=x"})) == [
        ["cookie", "session"],
        ["cookie", "visits"],
    ]
    assert locations(ask("/")) == [["cookie", "session"]]


def test_a_model_of_cookies(app):
    class Jar(BaseModel):
        theme: str = "light"
        size: int | None = None

    @app.get("/")
    async def read(jar: Annotated[Jar, Cookie()]):
        return jar

    assert client(app).get("/").json() == {"theme": "light", "size": None}
    response = client(app).get("/", headers={"cookie": "theme=dark; size=2"})
    assert response.json() == {"theme": "dark", "size": 2}


def test_all_sources_together(app):
    @app.get("/{a}")
    async def read(a: int, b: int, c: Annotated[int, Header()], d: Annotated[int, Cookie()]):
        return [a, b, c, d]

    response = client(app).get("/1?b=2", headers={"c": "3", "cookie": "d=4"})
    assert response.json() == [1, 2, 3, 4]
    response = client(app).get("/x?b=x", headers={"c": "x", "cookie": "d=x"})
    assert locations(response) == [["path", "a"], ["query", "b"], ["header", "c"], ["cookie", "d"]]


def test_two_parameters_of_one_header(app):
    @app.get("/")
    async def read(text: str = Header(alias="X-Same"), number: int = Header(alias="x-same")):
        return [text, number]

    assert client(app).get("/", headers={"X-Same": "1"}).json() == ["1", 1]
