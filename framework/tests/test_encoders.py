"""`jsonable_encoder`."""

import dataclasses
import datetime
import re
from collections import deque
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv6Network
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, HttpUrl, SecretStr
from pydantic_core import PydanticUndefined

from dovetail.encoders import decimal_encoder, jsonable_encoder


class Colour(Enum):
    red = "r"


class Inner(BaseModel):
    value: int = Field(1, alias="theValue")
    note: str | None = None


class Outer(BaseModel):
    inner: Inner = Inner()
    extra: str = "x"


@dataclasses.dataclass
class Point:
    x: int
    when: datetime.date | None = None


class Attributes:
    def __init__(self):
        self.a = Colour.red
        self.b = [Decimal(1)]


class Mapping:
    def keys(self):
        return ["k"]

    def __getitem__(self, key):
        return {1}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("text", "text"),
        (1.5, 1.5),
        (True, True),
        (b"bytes", "bytes"),
        (datetime.date(2024, 1, 2), "2024-01-02"),
        (datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.UTC), "2024-01-02T03:00:00+00:00"),
        (datetime.time(1, 2), "01:02:00"),
        (datetime.timedelta(minutes=1.5), 90.0),
        (Decimal(1), 1),
        (Decimal("1.0"), 1.0),
        (Colour.red, "r"),
        (frozenset([1]), [1]),
        (deque([1, {2}]), [1, [2]]),
        ((n for n in range(2)), [0, 1]),
        ((1, 2), [1, 2]),
        (IPv4Address("127.0.0.1"), "127.0.0.1"),
        (IPv6Network("::/64"), "::/64"),
        (Path("a/b"), str(Path("a/b"))),
        (PurePosixPath("a/b"), "a/b"),
        (re.compile("^a"), "^a"),
        (SecretStr("hidden"), "**********"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (HttpUrl("https://example.com"), "https://example.com/"),
        (PydanticUndefined, None),
        (Point(1, datetime.date(2024, 1, 2)), {"x": 1, "when": "2024-01-02"}),
        (Attributes(), {"a": "r", "b": [1]}),
        (Mapping(), {"k": [1]}),
        (SimpleNamespace(a=1), {"a": 1}),
        ({Colour.red: 1, 2: "b"}, {"r": 1, 2: "b"}),
        (Outer(), {"inner": {"theValue": 1, "note": None}, "extra": "x"}),
        ([Inner(theValue=2)], [{"theValue": 2, "note": None}]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values(value, expected):
    assert jsonable_encoder(value) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"by_alias": False}, {"inner": {"value": 1, "note": None}, "extra": "x"}),
        ({"exclude_unset": True}, {}),
        ({"exclude_defaults": True}, {}),
        ({"exclude_none": True}, {"inner": {"theValue": 1}, "extra": "x"}),
        ({"include": ["extra"]}, {"extra": "x"}),
        ({"include": {"inner": {"note"}}}, {"inner": {"note": None}}),
        ({"exclude": {"inner"}}, {"extra": "x"}),
    ],
)
def test_what_is_left_out_of_models(options, expected):
    assert jsonable_encoder(Outer(), **options) == expected


def test_what_is_left_out_of_dicts():
    data = {"a": None, "b": {"a": 1}, "_sa_state": 1}
    assert jsonable_encoder(data) == {"a": None, "b": {"a": 1}}
    assert jsonable_encoder(data, exclude_none=True) == {"b": {"a": 1}}
    # Of the outermost level only.
    assert jsonable_encoder(data, exclude={"a"}) == {"b": {"a": 1}}
    assert jsonable_encoder(data, include={"b"}) == {"b": {"a": 1}}
    assert jsonable_encoder(data, sqlalchemy_safe=False)["_sa_state"] == 1


def test_encoders_of_ones_own():
    class Base:
        pass

    class Derived(Base):
        pass

    encoders = {Base: lambda value: "base", int: lambda value: -value}
    assert jsonable_encoder([Derived(), 1, "x"], custom_encoder=encoders) == ["base", -1, "x"]
    exact = {Base: lambda value: "base", Derived: lambda value: "derived"}
    assert jsonable_encoder(Derived(), custom_encoder=exact) == "derived"


def test_what_cannot_be_encoded():
    with pytest.raises(ValueError, match="not iterable"):
        jsonable_encoder(object())


def test_subclasses_of_known_types():
    class Special(UUID):
        pass

    assert jsonable_encoder(Special(int=2)) == "00000000-0000-0000-0000-000000000002"


def test_colours():
    colour = pytest.importorskip("pydantic_extra_types.color")
    assert jsonable_encoder(colour.Color("red")) == "red"


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1), ("1.0", 1.0), ("1E+2", 100), ("NaN", None), ("0.5", 0.5)]
)
def test_decimals(text, value):
    encoded = decimal_encoder(Decimal(text))
    assert encoded != encoded if value is None else (encoded, type(encoded)) == (value, type(value))


def test_models_of_pydantic_1():
    from dovetail.exceptions import PydanticV1NotSupportedError

    v1 = pytest.importorskip("pydantic.v1")

    class Old(v1.BaseModel):
        a: int = 1

    with pytest.raises(PydanticV1NotSupportedError, match="not supported"):
        jsonable_encoder(Old())
