"""Litestar with msgspec's structs in place of Pydantic models, where a shape has models.

A different validator, so not the same errors: shown beside the others for what it is.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Litestar, get, post
from msgspec import Meta, Struct

from benchmarks.peers.models import RECORDS


class Item(Struct):
    """Five fields, in and out."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    price: Annotated[float, Meta(gt=0)]
    quantity: Annotated[int, Meta(ge=0)]
    available: bool
    tags: list[str]


class Customer(Struct):
    """Who ordered."""

    id: int
    name: str
    email: str


class Order(Struct):
    """A struct with a struct in it."""

    number: int
    total: float
    paid: bool
    customer: Customer


class RecordOut(Struct):
    """The response's form of a record."""

    id: UUID
    title: str
    description: str | None
    owner_id: int
    created_at: datetime


def model() -> Litestar:
    """Take a struct and give it back."""

    @post("/items", status_code=200)
    async def create(data: Item) -> Item:
        return data

    return Litestar([create], logging_config=None)


def nested_models() -> Litestar:
    """Take 1,000 structs with a struct in each, and give them back."""

    @post("/orders", status_code=200)
    async def create(data: list[Order]) -> list[Order]:
        return data

    return Litestar([create], logging_config=None)


def objects() -> Litestar:
    """Show objects of another kind by their response struct."""

    @get("/records")
    async def read() -> list[RecordOut]:
        return msgspec.convert(RECORDS, list[RecordOut], from_attributes=True)

    return Litestar([read], logging_config=None)
