"""What applications share that validate by hand: adapters, and errors in the agreed format."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import TypeAdapter, ValidationError

from benchmarks.peers.models import SESSIONS, Order, RecordOut, User

ORDERS = TypeAdapter(list[Order])
RECORDS_OUT = TypeAdapter(list[RecordOut])
DETAILS = TypeAdapter(dict[str, Any])
CATEGORY = re.compile("[a-z-]+")
SORTS = frozenset({"name", "price", "rating"})
ORDERINGS = frozenset({"asc", "desc"})


class Refused(Exception):
    """The request is not allowed: its status, what to say, and the challenge (RFC 6750)."""

    def __init__(self, status: int, detail: str, scope: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.challenge = f'Bearer scope="{scope}"'


def current_user(authorization: str | None, needed: frozenset[str]) -> User:
    """Return the user of an Authorization header. Raises Refused."""
    scheme, _, token = (authorization or "").partition(" ")
    session = SESSIONS.get(token) if scheme.lower() == "bearer" else None
    if session is None:
        raise Refused(401, "Unknown token", " ".join(sorted(needed)))
    if not session.scopes.issuperset(needed):
        raise Refused(403, "Not enough permissions", " ".join(sorted(needed)))
    return session.user


def error_details(error: ValidationError) -> dict[str, Any]:
    """Return the body of a 422."""
    details = error.errors(include_url=False)
    return {"detail": [{**detail, "loc": ("body", *detail["loc"])} for detail in details]}


@asynccontextmanager
async def resource(number: int) -> AsyncIterator[int]:
    """Hold something for the length of a request."""
    try:
        yield number
    finally:
        pass


def lookup(number: int) -> int:
    """Stand for a call that may block."""
    return number


def sum_of_lookups() -> int:
    """Make ten such calls, one after another."""
    return sum(lookup(number) for number in range(10))


async def chain(depth: int = 10) -> int:
    """Await ten functions, each called by the one before."""
    return 1 if depth == 1 else await chain(depth - 1) + 1


def check_texts(text: str, category: str, sort: str, order: str) -> None:
    """Check the texts of a search. Raises ValueError."""
    if not 1 <= len(text) <= 50:
        raise ValueError("text must have 1 to 50 characters")
    if CATEGORY.fullmatch(category) is None:
        raise ValueError("category must be lower case")
    if sort not in SORTS or order not in ORDERINGS:
        raise ValueError("unknown sort or order")
