"""WebSocket operations as ASGI applications."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from dovetail._plan.call import Call
from dovetail._plan.http import fail
from dovetail._plan.operation import Operation
from dovetail._plan.run import websocket_session

Serve = Callable[[WebSocket], Awaitable[None]]


def compile_session(operation: Operation, serve: Serve) -> ASGIApp:
    """Return the ASGI application that does no more than the operation needs.

    `serve` is for one with dependencies to end: their exit stacks are around it.
    """
    if operation.has_exits:
        return websocket_session(serve)
    function = operation.last.call
    resolve = operation.resolve
    size = len(operation.nodes)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(scope, receive, send, size)
        call.connection = WebSocket(scope, receive, send)
        try:
            await function(**await resolve(call))
        except Exception as exc:
            await fail(call, exc)

    return app
