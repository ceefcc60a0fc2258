"""Lists in pages, by keyset: the next page starts after the last row of this one.

Unlike an offset it costs the same on every page, and rows added meanwhile shift nothing. There is
no total, since counting reads every row.
"""

import base64
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from dovetail import Query

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100


ItemT = TypeVar("ItemT")


class Page(BaseModel, Generic[ItemT]):
    """One page of a list; ``next_cursor`` is null on the last one."""

    data: list[ItemT]
    next_cursor: str | None


class Keyed(BaseModel):
    """A row that has a time-ordered key."""

    id: UUID


KeyedT = TypeVar("KeyedT", bound=Keyed)


def make_page(rows: list[KeyedT], limit: int) -> Page[KeyedT]:
    """A page of at most ``limit`` rows.

    Args:
        rows: What was found when asking for one more than ``limit``.
        limit: Rows per page.
    """
    data = rows[:limit]
    return Page.model_construct(
        data=data, next_cursor=encode_cursor(data[-1].id) if len(rows) > limit else None
    )


def encode_cursor(key: UUID) -> str:
    """The cursor for the rows after the one with this key."""
    return base64.urlsafe_b64encode(key.bytes).rstrip(b"=").decode()


def decode_cursor(cursor: object) -> UUID:
    """The key in a cursor.

    Raises:
        PydanticCustomError: It is not one of ours.
    """
    try:
        key = UUID(bytes=base64.b64decode(f"{cursor}==".encode("ascii"), b"-_", validate=True))
    except ValueError:
        key = None
    if key is None or encode_cursor(key) != cursor:
        raise PydanticCustomError("cursor", "Must be the next_cursor of a previous page")
    return key


_Key = Annotated[UUID, BeforeValidator(decode_cursor), WithJsonSchema({"type": "string"})]

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="Rows per page")]
Cursor = Annotated[_Key | None, Query(description="The previous page's next_cursor")]
