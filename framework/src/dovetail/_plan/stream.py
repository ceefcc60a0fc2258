"""Path operation functions that yield: JSON Lines, or chunks for a response class."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any

from anyio.lowlevel import checkpoint
from starlette.background import BackgroundTasks
from starlette.responses import Response, StreamingResponse

from dovetail._plan.final import final_type
from dovetail._plan.output import json_writer
from dovetail._plan.respond import response_arguments, validated
from dovetail.dependencies.callables import is_async_gen_callable
from dovetail.encoders import finite, jsonable_encoder
from dovetail.exceptions import EndpointContext

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig

Where = Callable[[], EndpointContext]


def to_json(value: Any) -> str:
    """Return any object as JSON text."""
    return json.dumps(finite(jsonable_encoder(value)))


def item_serializer(config: OperationConfig, where: Where) -> Callable[[Any], bytes]:
    """Return what turns one item of the stream into JSON, validated if its type is declared."""
    field = config.stream_item_field
    if field is None:
        return lambda item: to_json(item).encode()
    model = final_type(field)
    write = json_writer(config, field)

    def serialize(item: Any) -> bytes:
        if type(item) is not model:
            item = validated(field, item, where())
        return write(item)

    return serialize


async def _with_checkpoints(items: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for item in items:
        yield item
        # A generator that never waits would otherwise never notice that it is cancelled.
        await checkpoint()


async def _lines_async(
    items: AsyncIterator[Any], serialize: Callable[[Any], bytes]
) -> AsyncIterator[bytes]:
    async for item in items:
        yield serialize(item) + b"\n"
        await checkpoint()


def _lines_sync(items: Iterator[Any], serialize: Callable[[Any], bytes]) -> Iterator[bytes]:
    for item in items:
        yield serialize(item) + b"\n"


def stream_response(
    config: OperationConfig,
    call: Callable[..., Any],
    values: dict[str, Any],
    sub_response: Response,
    background: BackgroundTasks | None,
    where: Where,
) -> Response:
    """Return the response that sends what the generator `call(**values)` yields."""
    items = call(**values)
    is_async = is_async_gen_callable(call)
    arguments = response_arguments(config, sub_response, background)
    response: Response
    if config.is_json_stream:
        serialize = item_serializer(config, where)
        lines = _lines_async(items, serialize) if is_async else _lines_sync(items, serialize)
        response = StreamingResponse(lines, media_type="application/jsonl", **arguments)
    else:
        content = _with_checkpoints(items) if is_async else items
        response = config.response_class(content=content, **arguments)
    response.headers.raw.extend(sub_response.headers.raw)
    return response
