"""Invalid JSON bodies: errors of the JSON text read as those of the parsed text do."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from dovetail import Dovetail
from dovetail._pydantic import FieldInfo, ModelField
from dovetail._schemas import are_worded_alike, validates_json_alike
from dovetail.exceptions import RequestValidationError
from dovetail.responses import PlainTextResponse
from dovetail.testclient import TestClient


class Colour(Enum):
    red = "r"


class Inner(BaseModel):
    model_config = {"extra": "forbid"}
    number: int
    kind: Literal["a", "b"] = "a"


class Cat(BaseModel):
    pet: Literal["cat"]


class Dog(BaseModel):
    pet: Literal["dog"]


class Everything(BaseModel):
    text: Annotated[str, Field(min_length=2, max_length=3, pattern="^a")] = "aa"
    whole: Annotated[int, Field(gt=0, lt=10, multiple_of=3)] = 3
    ratio: Annotated[float, Field(ge=0, le=1)] = 0
    finite: Annotated[float, Field(allow_inf_nan=False)] = 0
    flag: bool = True
    day: Annotated[date, Field(gt=date(2020, 1, 1))] = date(2021, 1, 1)
    span: Annotated[timedelta, Field(gt=timedelta(days=1))] = timedelta(days=2)
    key: UUID | None = None
    colour: Colour = Colour.red
    inner: Inner | None = None
    tags: Annotated[list[str], Field(max_length=2)] = []
    pair: tuple[int, int] | None = None
    names: dict[str, int] = {}
    either: int | Inner = 1
    animal: Annotated[Cat | Dog, Field(discriminator="pet")] | None = None
    nothing: None = None

    @field_validator("flag")
    @classmethod
    def must_be_set(cls, value: bool) -> bool:
        if not value:
            raise ValueError("not set")
        return value

    @model_validator(mode="after")
    def must_agree(self) -> "Everything":
        assert self.whole != 9, "nine is out"
        return self


INVALID: dict[str, Sequence[Any]] = {
    "text": [None, 1, "", "aaaa", "bb", {}, float("nan")],
    "whole": [None, "x", 1.5, -3, 9, 12, 4, [], {"a": 1}, 10**30],
    "ratio": ["x", 2, -1, float("nan"), float("inf"), None],
    "finite": [float("nan"), float("-inf")],
    "flag": ["x", 3, False, None],
    "day": ["x", "2019-01-01", 1.5, None, "2020-01-01T01:00:00"],
    "span": ["x", "P1D", -1, None],
    "key": ["x", 1],
    "colour": ["b", 1, None],
    "inner": [[], "x", 1, {}, {"number": "x"}, {"number": 1, "kind": "c"}, {"number": 1, "b": 2}],
    "tags": [["a", "b", "c"], "x", {}, [1], None],
    "pair": [[1], [1, 2, 3], "x", ["x", 1]],
    "names": [[], "x", {"a": "x"}],
    "either": ["x", [], {"number": "x"}, 1.5],
    "animal": [{}, {"pet": "cow"}, {"pet": 1}, "x"],
    "nothing": [1, "x"],
}
BODIES = [
    {name: value} for name, values in INVALID.items() for value in values
] + [[], "x", 1, None, {"whole": "x", "flag": False, "text": ""}]  # fmt: skip


JSON = {"content-type": "application/json"}


def application():
    app = Dovetail()

    @app.post("/")
    async def create(body: Everything) -> str:
        return "valid"

    return TestClient(app)


def answers():
    client = application()
    return [client.post("/", content=json.dumps(body), headers=JSON) for body in BODIES]


def test_the_plan_words_errors_as_the_interpreter_does(monkeypatch):
    found = answers()
    monkeypatch.setenv("DOVETAIL_EXECUTOR", "reference")
    for body, answer, expected in zip(BODIES, found, answers(), strict=True):
        assert (answer.status_code, answer.json()) == (expected.status_code, expected.json()), body
    assert {answer.status_code for answer in found} == {422}


def seen_by_a_handler():
    """Return body and errors that a handler of one's own sees."""
    client = application()

    @client.app.exception_handler(RequestValidationError)
    async def show(request, exc):
        return PlainTextResponse(f"{exc.body!r} {exc.errors()!r}", 400)

    return [client.post("/", content=json.dumps(body), headers=JSON).text for body in BODIES]


def test_a_handler_of_ones_own_sees_the_same(monkeypatch):
    found = seen_by_a_handler()
    monkeypatch.setenv("DOVETAIL_EXECUTOR", "reference")
    assert found == seen_by_a_handler()
    assert found[0].startswith("{'text': None} [{'type': 'string_type', 'loc': ('body', 'text')")


def test_the_model_is_validated_as_it_is_parsed():
    field = ModelField(field_info=FieldInfo.from_annotation(Everything), name="body")
    assert validates_json_alike(field)


def test_wording_that_depends_on_the_source_is_told():
    assert are_worded_alike([{"type": "missing"}, {"type": "int_parsing"}])
    assert not are_worded_alike([{"type": "missing"}, {"type": "model_type"}])
    assert are_worded_alike([{"type": "greater_than", "input": 1}])
    assert not are_worded_alike([{"type": "greater_than", "input": "P1D"}])
