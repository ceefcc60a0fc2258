"""Small building blocks."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from app.kit.ids import uuid7
from app.kit.pagination import Keyed, decode_cursor, encode_cursor, make_page
from app.kit.schemas import Email
from app.kit.search import containing


def test_keys_are_version_7_and_in_the_order_of_their_creation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1_700_000_000_123_456_789
    keys = []
    for step in range(0, 10_000_000, 1_000):
        monkeypatch.setattr("time.time_ns", _fixed(now + step))
        keys.append(uuid7())
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert {(key.version, key.variant) for key in keys} == {(7, "specified in RFC 4122")}
    assert keys[0].int >> 80 == 1_700_000_000_123


def _fixed(value: int) -> Callable[[], int]:
    return lambda: value


def test_a_cursor_is_its_key() -> None:
    key = uuid7()
    assert decode_cursor(encode_cursor(key)) == key


@pytest.mark.parametrize(
    "cursor", ["", "x", "=", "A" * 21, "A" * 23, "Ä" * 22, "A" * 21 + "B", None]
)
def test_nothing_else_is_a_cursor(cursor: object) -> None:
    with pytest.raises(PydanticCustomError):
        decode_cursor(cursor)


def test_a_page_ends_where_the_rows_end() -> None:
    rows = [Keyed(id=UUID(int=number)) for number in range(3)]
    assert make_page(rows, 3).next_cursor is None
    assert make_page(rows, 2).data == rows[:2]
    assert make_page(rows, 2).next_cursor == encode_cursor(rows[1].id)
    assert make_page([], 2).next_cursor is None


def test_a_pattern_takes_text_literally() -> None:
    assert containing(r"50%_\x") == r"%50\%\_\\x%"


@pytest.mark.parametrize("address", ["A@Example.COM", " a@example.com "])
def test_an_address_is_stored_in_lower_case(address: str) -> None:
    assert TypeAdapter(Email).validate_python(address) == "a@example.com"


@pytest.mark.parametrize("address", ["", "a", "a@", "a@b@c.d", f"{uuid4()}", "a\x00@example.com"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(address)
