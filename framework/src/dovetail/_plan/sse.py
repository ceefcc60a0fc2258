"""Path operation functions that yield server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
from anyio.lowlevel import checkpoint
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.background import BackgroundTasks
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse

from dovetail import sse
from dovetail._plan.respond import response_arguments
from dovetail._plan.stream import Where, item_serializer, to_json
from dovetail.dependencies.callables import is_async_gen_callable

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig

_Chunks = MemoryObjectReceiveStream[bytes]


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
            return sse.format_sse_event(data_str=serialize_data(item).decode())
        return sse.format_sse_event(
            data_str=_event_data(item),
            event=item.event,
            id=item.id,
            retry=item.retry,
            comment=item.comment,
        )

    return serialize


async def _produce(
    items: AsyncIterator[Any],
    serialize: Callable[[Any], bytes],
    chunks: MemoryObjectSendStream[bytes],
) -> None:
    async with chunks:
        async for item in items:
            await chunks.send(serialize(item))


async def _forward(source: _Chunks, target: MemoryObjectSendStream[bytes]) -> None:
    """Pass chunks on, and a comment whenever none came for a while."""
    async with target, source:
        while True:
            try:
                with anyio.fail_after(sse._PING_INTERVAL):
                    chunk = await source.receive()
            except TimeoutError:
                chunk = sse.KEEPALIVE_COMMENT
            except anyio.EndOfStream:
                return
            await target.send(chunk)


@asynccontextmanager
async def _event_chunks(
    items: AsyncIterator[Any], serialize: Callable[[Any], bytes]
) -> AsyncIterator[_Chunks]:
    """Run the generator in a task of its own, so that waiting for it can time out.

    A timeout around the generator itself would cancel and so end it.
    """
    to_forward, produced = anyio.create_memory_object_stream[bytes](max_buffer_size=1)
    to_send, forwarded = anyio.create_memory_object_stream[bytes](max_buffer_size=1)
    # The tasks end before what they send to is closed: a client that goes away is no error.
    async with forwarded, anyio.create_task_group() as tasks:
        tasks.start_soon(_produce, items, serialize, to_forward)
        tasks.start_soon(_forward, produced, to_send)
        yield forwarded
        tasks.cancel_scope.cancel()


async def _with_checkpoints(chunks: _Chunks) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        yield chunk
        # Receiving does not wait when a chunk is ready, and cancellation needs a wait.
        await checkpoint()


async def sse_response(
    config: OperationConfig,
    call: Callable[..., Any],
    values: dict[str, Any],
    sub_response: Response,
    background: BackgroundTasks | None,
    where: Where,
    stack: AsyncExitStack,
) -> Response:
    """Return the response that sends the events; its tasks end with `stack`."""
    generator = call(**values)
    items = aiter(generator) if is_async_gen_callable(call) else iterate_in_threadpool(generator)
    # The stack outlives the response, so the tasks end in order and not by garbage collection.
    chunks = await stack.enter_async_context(_event_chunks(items, event_serializer(config, where)))
    response = StreamingResponse(
        _with_checkpoints(chunks),
        media_type="text/event-stream",
        **response_arguments(config, sub_response, background),
    )
    response.headers["Cache-Control"] = "no-cache"
    # Asks nginx and those that copy it not to hold events back.
    response.headers["X-Accel-Buffering"] = "no"
    response.headers.raw.extend(sub_response.headers.raw)
    return response
