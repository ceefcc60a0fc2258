"""The models of the requests and answers, as an application would have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.payloads import TOKEN


class Search(BaseModel):
    """Ten constrained query parameters."""

    text: str = Field(min_length=1, max_length=50)
    page: int = Field(ge=1)
    size: int = Field(ge=1, le=100)
    price_min: float = Field(ge=0)
    price_max: float = Field(le=1_000_000)
    category: str = Field(pattern="^[a-z-]+$")
    sort: Literal["name", "price", "rating"]
    order: Literal["asc", "desc"]
    in_stock: bool
    rating: int = Field(ge=1, le=5)


class Item(BaseModel):
    """Five fields, in and out."""

    name: str = Field(min_length=1, max_length=100)
    price: float = Field(gt=0)
    quantity: int = Field(ge=0)
    available: bool
    tags: list[str]


class Customer(BaseModel):
    """Who ordered."""

    id: int
    name: str
    email: str


class Order(BaseModel):
    """A model with a model in it."""

    number: int
    total: float
    paid: bool
    customer: Customer


class RecordOut(BaseModel):
    """The response model of a record."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    title: str
    description: str | None
    owner_id: int
    created_at: datetime


class Record:
    """An object with attributes, as a database layer returns it; `secret` is not to be shown."""

    def __init__(self, number: int) -> None:
        self.id = UUID(f"00000000-0000-4000-8000-{number:012d}")
        self.title = f"Record {number}"
        self.description = None if number % 3 else "Every third one has a description."
        self.owner_id = number // 10
        self.created_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
        self.secret = "never shown"  # noqa: S105


class Tick(BaseModel):
    """The data of an event."""

    number: int
    text: str


class User(BaseModel):
    """Who is logged in."""

    id: int
    name: str
    email: str


@dataclass(frozen=True)
class Session:
    """What a token stands for."""

    user: User
    scopes: frozenset[str]


TICKS = [Tick(number=number, text="tick") for number in range(1000)]
RECORDS = [Record(number) for number in range(100)]
SESSIONS = {
    TOKEN: Session(
        User(id=7, name="Ada", email="ada@example.com"),
        frozenset({"me", "items:read", "items:write"}),
    )
}
