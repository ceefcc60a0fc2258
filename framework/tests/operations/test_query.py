"""Parameters of the query string."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, AliasChoices, BaseModel, Field, Json
from tests.kit import client, locations

from dovetail import Query


def test_required_optional_and_default(app):
    @app.get("/")
    async def read(needed: str, given: int = 3, perhaps: str | None = None):
        return [needed, given, perhaps]

    ask = client(app).get
    assert ask("/?needed=a").json() == ["a", 3, None]
    assert ask("/?needed=a&given=4&perhaps=b").json() == ["a", 4, "b"]
    response = ask("/")
    assert response.status_code == 422
    [error] = response.json()["detail"]
    assert error == {
        "type": "missing",
        "loc": ["query", "needed"],
        "msg": "Field required",
        "input": None,
    }


def test_two_parameters_of_one_name(app):
    @app.get("/")
    async def read(text: str = Query(alias="x"), number: int = Query(3, alias="x")):
        return [text, number]

    ask = client(app).get
    assert ask("/?x=1").json() == ["1", 1]
    assert len(locations(ask("/?x=a"))) == 1


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("yes", True), ("on", True), ("false", False), ("0", False)]
)
def test_booleans_as_forms_send_them(app, text, value):
    @app.get("/")
    async def read(flag: bool):
        return flag

    assert client(app).get(f"/?flag={text}").json() is value


def test_all_errors_come_at_once(app):
    @app.get("/")
    async def read(a: int, b: date, c: Literal["x", "y"], d: Decimal):
        return None

    response = client(app).get("/?a=one&b=today&c=z")
    assert locations(response) == [["query", "a"], ["query", "b"], ["query", "c"], ["query", "d"]]


def test_of_a_repeated_scalar_the_last_counts(app):
    @app.get("/")
    async def read(n: int):
        return n

    assert client(app).get("/?n=1&n=2").json() == 2


def test_lists_sets_and_tuples(app):
    @app.get("/")
    async def read(
        names: Annotated[list[str], Query()],
        numbers: Annotated[set[int], Query()],
        pair: Annotated[tuple[int, int], Query()],
    ):
        return [names, sorted(numbers), pair]

    url = "/?names=a&names=b&numbers=2&numbers=1&numbers=2&pair=3&pair=4"
    assert client(app).get(url).json() == [["a", "b"], [1, 2], [3, 4]]
    response = client(app).get("/?names=a&numbers=one&pair=3")
    assert locations(response) == [["query", "numbers", 0], ["query", "pair", 1]]


def test_a_list_with_a_default_is_made_anew_for_each_request(app):
    @app.get("/")
    async def read(names: Annotated[list[str], Query()] = ["first"]):  # noqa: B006
        names.append("more")
        return names

    http = client(app)
    assert http.get("/").json() == ["first", "more"]
    assert http.get("/").json() == ["first", "more"]


def test_a_default_factory_is_called_for_each_request(app):
    made = iter(range(10))

    @app.get("/")
    async def read(number: Annotated[int, Query(default_factory=lambda: next(made))]):
        return number

    http = client(app)
    assert [http.get("/").json(), http.get("/?number=77").json(), http.get("/").json()] == [
        0,
        77,
        1,
    ]


def test_constraints(app):
    @app.get("/")
    async def read(
        text: Annotated[str, Query(min_length=2, max_length=4, pattern="^[a-z]+$")] = "abc",
        number: Annotated[float, Query(ge=0, multiple_of=0.5)] = 0,
    ):
        return [text, number]

    ask = client(app).get
    assert ask("/?text=ab&number=1.5").json() == ["ab", 1.5]
    for query in ("text=a", "text=abcde", "text=AB", "number=-1", "number=0.3"):
        assert ask(f"/?{query}").status_code == 422, query


def test_aliases_name_the_parameter_and_its_errors(app):
    @app.get("/")
    async def read(kind: Annotated[int, Query(alias="item-type")]):
        return kind

    assert client(app).get("/?item-type=4").json() == 4
    assert locations(client(app).get("/?kind=4")) == [["query", "item-type"]]


def test_any_of_several_names(app):
    @app.get("/")
    async def read(
        user: Annotated[str, Query(validation_alias=AliasChoices("user", "login"))],
    ):
        return user

    assert client(app).get("/?login=ada").json() == "ada"
    assert client(app).get("/?login=ada&user=bob").json() == "bob"
    assert locations(client(app).get("/")) == [["query", "user"]]


def test_names_that_occur_in_several_sources(app):
    @app.get("/{name}")
    async def read(name: str, other: Annotated[str, Query(alias="name")]):
        return [name, other]

    assert client(app).get("/path?name=query").json() == ["path", "query"]


def test_escapes_and_blanks(app):
    @app.get("/")
    async def read(a: str = "none", b: str = "none"):
        return [a, b]

    assert client(app).get("/?a=1%202+3&&b=").json() == ["1 2 3", ""]
    assert client(app).get("/?%61=%C3%A4").json() == ["ä", "none"]


def test_a_model_reads_all_parameters(app):
    class Filters(BaseModel):
        model_config = {"extra": "forbid"}
        limit: int = Field(100, gt=0, le=100)
        tags: list[str] = []
        order_by: Literal["created", "name"] = Field("created", alias="orderBy")

    @app.get("/")
    async def read(filters: Annotated[Filters, Query()]):
        return filters

    ask = client(app).get
    assert ask("/").json() == {"limit": 100, "tags": [], "orderBy": "created"}
    assert ask("/?limit=5&tags=a&tags=b&orderBy=name").json() == {
        "limit": 5,
        "tags": ["a", "b"],
        "orderBy": "name",
    }
    assert locations(ask("/?limit=0&other=1")) == [["query", "limit"], ["query", "other"]]


def test_an_optional_model_is_absent_without_its_parameters(app):
    class Page(BaseModel):
        number: int
        size: int = 10

    @app.get("/")
    async def read(page: Annotated[Page | None, Query()] = None):
        return page

    ask = client(app).get
    assert ask("/?unrelated=1").json() is None
    assert ask("/?number=2").json() == {"number": 2, "size": 10}
    assert locations(ask("/?size=2")) == [["query", "number"]]


def test_a_model_that_keeps_extras(app):
    class Open(BaseModel):
        model_config = {"extra": "allow"}
        a: int = 1

    @app.get("/")
    async def read(values: Annotated[Open, Query()]):
        return values

    assert client(app).get("/?a=2&b=3&c=4&c=5").json() == {"a": 2, "b": "3", "c": ["4", "5"]}


def test_models_that_accept_names_beside_aliases(app):
    class Both(BaseModel):
        model_config = {"populate_by_name": True}
        size: int = Field(alias="pageSize")

    @app.get("/")
    async def read(values: Annotated[Both, Query()]):
        return values.size

    assert client(app).get("/?pageSize=1").json() == 1
    assert client(app).get("/?size=2").json() == 2


def test_json_inside_a_parameter(app):
    @app.get("/")
    async def read(point: Annotated[Json[list[int]], Query()]):
        return sum(point)

    assert client(app).get("/?point=[1,2,3]").json() == 6
    assert client(app).get("/?point=[1,").status_code == 422


def test_validators_of_the_users_own(app):
    def even(value: int) -> int:
        if value % 2:
            raise ValueError("odd")
        return value

    @app.get("/")
    async def read(n: Annotated[int, AfterValidator(even), Query()]):
        return n

    assert client(app).get("/?n=4").json() == 4
    [error] = client(app).get("/?n=3").json()["detail"]
    assert error["type"] == "value_error"
    assert "odd" in error["msg"]


def test_a_default_that_is_validated(app):
    @app.get("/")
    async def read(n: Annotated[int, Query(gt=5, validate_default=True)] = 1):
        return n

    assert client(app).get("/").status_code == 422
    assert client(app).get("/?n=6").json() == 6


def test_strict_parameters_take_text_only(app):
    @app.get("/")
    async def read(text: Annotated[str, Query(strict=True)], n: Annotated[int, Query(strict=True)]):
        return None

    assert locations(client(app).get("/?text=a&n=1")) == [["query", "n"]]


def test_unions_of_scalars_and_lists(app):
    @app.get("/")
    async def read(x: Annotated[int | list[int] | None, Query()] = None):
        return x

    assert client(app).get("/?x=1&x=2").json() == [1, 2]
    assert client(app).get("/").json() is None
