"""Lists of objects with attributes: written without models, to the same bytes."""

import dataclasses
from datetime import date
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, RootModel, computed_field, field_serializer, field_validator
from tests.kit import answer_of

from dovetail import Dovetail
from dovetail._plan.rows import as_dicts_source, compile_as_dicts


class Colour(Enum):
    red = "r"


class Flat(BaseModel):
    name: str
    size: int | None
    price: Decimal
    day: date
    colour: Colour
    tags: list[str]


class Renamed(BaseModel):
    a: int = Field(serialization_alias="firstName")
    b: str


class WithDefault(BaseModel):
    a: int
    b: str = "default"


class WithAlias(BaseModel):
    a: int = Field(alias="x")
    b: str


class Constrained(BaseModel):
    a: Annotated[int, Field(gt=0)]
    b: str


class Validated(BaseModel):
    a: int
    b: str

    @field_validator("b")
    @classmethod
    def shout(cls, value):
        return value.upper()


class Serialised(BaseModel):
    a: int
    b: str

    @field_serializer("b")
    def shout(self, value):
        return value.upper()


class Computed(BaseModel):
    a: int
    b: str

    @computed_field
    @property
    def c(self) -> int:
        return self.a + 1


class Nested(BaseModel):
    a: int
    b: Constrained


class Configured(BaseModel):
    model_config = {"str_to_upper": True}
    a: int
    b: str


class OneField(BaseModel):
    a: int


class Extra(BaseModel):
    model_config = {"extra": "allow"}
    a: int
    b: str


class Root(RootModel[dict[str, int]]):
    pass


PAIR = {"a": 1, "b": "x"}
FLAT = {
    "name": "ä",
    "size": None,
    "price": Decimal("1.50"),
    "day": date(2024, 1, 2),
    "colour": Colour.red,
    "tags": ["x"],
}


class Row:
    """An object that is neither a mapping nor a model."""

    def __init__(self, **values):
        vars(self).update(values)


@dataclasses.dataclass
class Point:
    a: int
    b: str


class Lazy:
    a = 1

    @property
    def b(self):
        raise RuntimeError("not loaded")


class Dictlike(dict):
    pass


def outcome(model, values, executor, monkeypatch, **options):
    monkeypatch.setenv("DOVETAIL_EXECUTOR", executor)
    app = Dovetail(openapi_url=None)

    @app.get("/", response_model=list[model], **options)
    async def read():
        return values

    try:
        answer = answer_of(app, "GET", "/")
    except Exception as error:  # noqa: BLE001 (whatever it is, both have to raise it)
        return type(error).__name__, str(error)
    return answer.status, answer.body


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Flat, [Row(**FLAT), Row(**FLAT)]),
        (Flat, [Row(**{**FLAT, "size": "3", "day": "2024-01-02"})]),
        (Flat, [Row(**{**FLAT, "size": "three"})]),
        (Flat, [Flat(**FLAT), Flat(**FLAT)]),
        (Flat, [FLAT]),
        (Flat, []),
        (Flat, (Row(**FLAT),)),
        (Flat, [Row(**FLAT), FLAT]),
        (Flat, [Row()]),
        (Flat, ["text"]),
        (Flat, [SimpleNamespace(**FLAT)]),
        (Renamed, [Row(**PAIR)]),
        (WithDefault, [Row(a=1)]),
        (WithDefault, [Row(**PAIR)]),
        (WithAlias, [Row(x=1, b="y")]),
        (Constrained, [Row(**PAIR)]),
        (Constrained, [Row(a=0, b="x")]),
        (Validated, [Row(**PAIR)]),
        (Serialised, [Row(**PAIR)]),
        (Computed, [Row(**PAIR)]),
        (Nested, [Row(a=1, b=Row(**PAIR))]),
        (Configured, [Row(**PAIR)]),
        (OneField, [Row(a=1)]),
        (Extra, [Row(**PAIR, c=3)]),
        (Root, [{"a": 1}]),
        (Point, [Row(**PAIR)]),
        (Point, [Point(1, "x")]),
        (Constrained, [Point(1, "x")]),
        (Constrained, [Lazy()]),
        (Constrained, [Dictlike(PAIR)]),
        (dict[str, Any], [PAIR]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@pytest.mark.parametrize(
    "options", [{}, {"response_model_exclude_none": True}, {"response_model_by_alias": False}]
)
def test_the_bytes_are_those_of_the_ordinary_way(model, values, options, monkeypatch):
    by_plan = outcome(model, values, "plan", monkeypatch, **options)
    assert by_plan == outcome(model, values, "reference", monkeypatch, **options)


def test_the_generated_source():
    assert as_dicts_source(("a", "it's")) == (
        "def as_dicts(rows):\n    return [{'a': v0, \"it's\": v1} for v0, v1 in rows]\n"
    )
    assert compile_as_dicts(("a", "b"))([(1, 2), (3, 4)]) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
