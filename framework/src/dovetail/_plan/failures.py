"""Exceptions of path operations: to the handlers that the application registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dovetail.dependencies.callables import is_coroutine_callable

HANDLERS = "starlette.exception_handlers"
# Left in the scope when an error leaves an operation whose response has begun, so that the
# application sends no second one.
RESPONSE_STARTED = "dovetail.response_started"
ALREADY_STARTED = "Caught handled exception, but response already started."


# By class of the exception, and by status code.
_Handlers = tuple[dict[Any, Callable[..., Any]], dict[int, Callable[..., Any]]]
_NO_HANDLERS: _Handlers = ({}, {})


def find_handler(scope: Scope, exc: Exception) -> Callable[..., Any] | None:
    """Return the handler registered for `exc`: by status code, else by class or an ancestor."""
    _, by_status = scope.get(HANDLERS) or _NO_HANDLERS
    if isinstance(exc, HTTPException) and exc.status_code in by_status:
        found: Callable[..., Any] = by_status[exc.status_code]
        return found
    return find_class_handler(scope, type(exc))


def find_class_handler(scope: Scope, kind: type[Exception]) -> Callable[..., Any] | None:
    """Return the handler registered for a class of exceptions, or for an ancestor."""
    by_class, _ = scope.get(HANDLERS) or _NO_HANDLERS
    for cls in kind.__mro__:
        if cls in by_class:
            return by_class[cls]
    return None


async def call_handler(handler: Callable[..., Any], connection: Any, exc: Exception) -> Any:
    """Return what `handler` makes of `exc`; a `def` runs in a worker thread."""
    if is_coroutine_callable(handler):
        return await handler(connection, exc)
    return await run_in_threadpool(handler, connection, exc)


async def handle_exceptions(
    app: ASGIApp, connection: HTTPConnection, scope: Scope, receive: Receive, send: Send
) -> None:
    """Run `app`; what it raises is answered by a registered handler, or else raised.

    Raises `RuntimeError` when there is a handler but the response has begun.
    """
    started = False

    async def noting_start(message: Message) -> None:
        nonlocal started
        if message["type"] == "http.response.start":
            started = True
        await send(message)

    try:
        await app(scope, receive, noting_start)
    except Exception as exc:
        if started:
            scope[RESPONSE_STARTED] = True
        handler = find_handler(scope, exc)
        if handler is None:
            raise
        if started:
            raise RuntimeError(ALREADY_STARTED) from exc
        response = await call_handler(handler, connection, exc)
        if response is not None:
            await response(scope, receive, noting_start)
        # The same instance may be raised again; its traceback would grow and keep frames alive.
        exc.__traceback__ = None
