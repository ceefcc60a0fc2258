"""Path operation functions that yield server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

import anyio
from anyio.lowlevel import checkpoint
from starlette.background import BackgroundTasks
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from dovetail import sse
from dovetail._plan.final import final_type
from dovetail._plan.output import json_writer
from dovetail._plan.respond import response_arguments
from dovetail._plan.stream import Where, item_serializer, to_json
from dovetail.dependencies.callables import is_async_gen_callable

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig

# Seconds after which a generator that never waits lets others run, and sees that it is cancelled.
_TURN = 0.001


def _event_data(event: sse.ServerSentEvent) -> str | None:
    if event.raw_data is not None:
        return event.raw_data
    if event.data is None:
        return None
    dump = getattr(event.data, "model_dump_json", None)
    return to_json(event.data) if dump is None else str(dump())


def event_serializer(config: OperationConfig, where: Where) -> Callable[[Any], bytes]:
    """Return what turns one yielded object into an event."""
    serialize_data = item_serializer(config, where)

    def serialize(item: Any) -> bytes:
        if not isinstance(item, sse.ServerSentEvent):
            # PERF(events): JSON as it is written here has no line ends to take care of.
            return b"data: %b\n\n" % serialize_data(item)
        return sse.format_sse_event(
            data_str=_event_data(item),
            event=item.event,
            id=item.id,
            retry=item.retry,
            comment=item.comment,
        )

    field = config.stream_item_field
    if field is None:
        return serialize
    # An event of a declared type is the rule, and is told by its type most quickly.
    model, write = final_type(field), json_writer(config, field)

    def serialize_declared(item: Any) -> bytes:
        return b"data: %b\n\n" % write(item) if type(item) is model else serialize(item)

    return serialize_declared


class Events:
    """What a generator yields, serialised."""

    def __init__(self, items: AsyncIterator[Any], serialize: Callable[[Any], bytes]) -> None:
        self.items = items
        self.serialize = serialize

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for item in self.items:
                yield self.serialize(item)
        finally:
            await _end(self.items)


async def _end(items: AsyncIterable[Any]) -> None:
    aclose = getattr(items, "aclose", None)
    if aclose is not None:
        await aclose()


class EventStream(StreamingResponse):
    """Sends what its iterator gives, and a comment whenever nothing came for a while.

    The iterator is waited for in the task of the response. A time limit on it would cancel and so
    end it; the comments come from a task beside it.
    """

    media_type = "text/event-stream"

    async def stream_response(self, send: Send) -> None:
        """Send the response as an ASGI server expects it."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        line = _Line(send)
        error: Exception | None = None
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(line.keep_alive)
            try:
                await line.send_all(self.body_iterator)
            except Exception as exc:
                # Raised below, so that it is not wrapped in the group's.
                error = exc
            finally:
                tasks.cancel_scope.cancel()
        if error is not None:
            raise error
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class _Line:
    """The way to the client, on which one message is sent at a time."""

    __slots__ = ("_comment_sent", "_is_sending", "_last", "_send")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._last = monotonic()
        self._is_sending = False
        self._comment_sent: anyio.Event | None = None

    async def send_all(self, chunks: AsyncIterable[Any]) -> None:
        """Send all chunks, then end what they come from, also if sending fails."""
        items, serialize = chunks, None
        if isinstance(chunks, Events):
            # PERF(events): without a generator around the generator.
            items, serialize = chunks.items, chunks.serialize
        send = self._send
        turn = self._last
        try:
            async for item in items:
                body = item if serialize is None else serialize(item)
                if self._comment_sent is not None:
                    await self._comment_sent.wait()
                self._is_sending = True
                await send({"type": "http.response.body", "body": body, "more_body": True})
                self._is_sending = False
                self._last = now = monotonic()
                if now - turn > _TURN:
                    await checkpoint()
                    turn = monotonic()
            if self._comment_sent is not None:
                await self._comment_sent.wait()
        finally:
            await _end(items)

    async def keep_alive(self) -> None:
        """Send a comment whenever nothing was sent for a while, for as long as it runs."""
        while True:
            idle = monotonic() - self._last
            if idle >= sse._PING_INTERVAL and not self._is_sending:
                await self._send_comment()
                idle = 0
            await anyio.sleep(max(sse._PING_INTERVAL - idle, _TURN))

    async def _send_comment(self) -> None:
        self._comment_sent = sent = anyio.Event()
        try:
            body = sse.KEEPALIVE_COMMENT
            await self._send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            self._comment_sent = None
            self._last = monotonic()
            sent.set()


def sse_response(
    config: OperationConfig,
    call: Callable[..., Any],
    values: dict[str, Any],
    sub_response: Response,
    background: BackgroundTasks | None,
    where: Where,
) -> Response:
    """Return the response that sends the events of the generator `call(**values)`."""
    generator = call(**values)
    items = aiter(generator) if is_async_gen_callable(call) else iterate_in_threadpool(generator)
    response = EventStream(
        Events(items, event_serializer(config, where)),
        **response_arguments(config, sub_response, background),
    )
    response.headers["Cache-Control"] = "no-cache"
    # Asks nginx and those that copy it not to hold events back.
    response.headers["X-Accel-Buffering"] = "no"
    response.headers.raw.extend(sub_response.headers.raw)
    return response
