"""What the caller itself costs: an application that does nothing, and cannot do less."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks.driver import HttpCaller, Receive, Send
from benchmarks.messages import Request

ROUNDS = 5
COUNT = 20_000


async def nothing(_scope: dict[str, Any], _receive: Receive, _send: Send) -> None:
    """Do nothing."""


async def rounds() -> list[float]:
    """Return the seconds of some rounds."""
    caller = HttpCaller(nothing, Request("/"))
    return [await caller.time(COUNT) for _ in range(ROUNDS)]


def measure() -> float:
    """Return the least microseconds of a call."""
    return min(asyncio.run(rounds())) / COUNT * 1e6
