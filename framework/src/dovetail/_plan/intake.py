"""Reading the body without a request object."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope

from dovetail._plan.body import is_form, is_json_content_type, json_error, read_body, unreadable
from dovetail._plan.call import Call
from dovetail._pydantic import Undefined
from dovetail.exceptions import EndpointContext

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig

_loads = json.loads
_read = Request.body


async def receive_body(receive: Receive) -> bytes:
    """Return all of the body; raise `ClientDisconnect` when the client goes before its end."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        return message.get("body", b"")  # type: ignore[no-any-return]
    chunks = []
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        if message["type"] == "http.request":
            chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(chunks)
        message = await receive()


def content_type(scope: Scope) -> bytes | None:
    """Return the content type of the request."""
    for name, value in scope["headers"]:
        if name == b"content-type":
            return value  # type: ignore[no-any-return]
    return None


def declares_json(scope: Scope, *, strict: bool) -> bool:
    """Whether the body is to be read as JSON."""
    value = content_type(scope)
    if value == b"application/json":
        return True
    return is_json_content_type(value and value.decode("latin-1"), strict=strict)  # type: ignore[arg-type]


def reads_customarily() -> bool:
    """Whether nobody has replaced the functions that read and decode; who does means it."""
    return json.loads is _loads and Request.body is _read


async def take_body(
    call: Call, config: OperationConfig, where: Callable[[Scope], EndpointContext]
) -> None:
    """Put the decoded body into `call`; raises what `read_body` does."""
    if is_form(config) or call.has_connection or not reads_customarily():
        # A request object may have its own way of reading, and keeps what it has read.
        call.body = await read_body(call.connection, config, lambda: where(call.scope))
        if is_form(config):
            call.form = call.body
        return
    await receive_into(call)
    parse_body(call, config, where)


async def receive_into(call: Call) -> None:
    """Put the bytes of the body into `call`; raise `HTTPException` with 400 when that fails."""
    try:
        call.raw_body = await receive_body(call.receive)
    except Exception as exc:
        raise unreadable(call.scope, exc) from exc


def parse_body(
    call: Call, config: OperationConfig, where: Callable[[Scope], EndpointContext]
) -> None:
    """Decode the bytes of the body in `call`; raises what `read_body` does."""
    raw = call.raw_body
    if not raw:
        return
    if not declares_json(call.scope, strict=config.strict_content_type):
        call.body = raw
        return
    try:
        call.body = json.loads(raw)
    except json.JSONDecodeError as exc:
        raise json_error(exc, where(call.scope)) from exc
    except Exception as exc:
        raise unreadable(call.scope, exc) from exc


def body_of(call: Call) -> Any:
    """Return the decoded body for messages, None when there is none."""
    return None if call.body is Undefined else call.body
