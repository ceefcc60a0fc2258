"""Starts and stops an ASGI application by the lifespan protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.driver import App, Message


@asynccontextmanager
async def running(app: App) -> AsyncIterator[None]:
    """Hold `app` started. One without lifespan is left as it is (ASGI, lifespan 2.0)."""
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    scope: dict[str, Any] = {
        "type": "lifespan",
        "asgi": {"version": "3.0", "spec_version": "2.0"},
        "state": {},
    }
    task = asyncio.ensure_future(app(scope, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    supported = await next_message(task, outgoing)
    yield
    if supported:
        await incoming.put({"type": "lifespan.shutdown"})
        await next_message(task, outgoing)
    await asyncio.wait([task])
    error = task.exception()
    if supported and error is not None:
        raise error


async def next_message(task: asyncio.Future[None], outgoing: asyncio.Queue[Message]) -> bool:
    """Wait for the application's next message. Return False if it has ended instead.

    Raises RuntimeError with the application's words if it failed to start or stop.
    """
    message = asyncio.ensure_future(outgoing.get())
    waited: set[asyncio.Future[Any]] = {task, message}
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    if not message.done():
        message.cancel()
        return False
    received = message.result()
    if received["type"].endswith(".failed"):
        raise RuntimeError(received.get("message", "") or received["type"])
    return bool(received["type"].startswith("lifespan."))
