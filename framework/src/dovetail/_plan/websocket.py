"""WebSocket operations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.websockets import WebSocket

from dovetail._plan.call import Call
from dovetail._plan.http import Operation, attach_exits
from dovetail._plan.run import REQUEST_STACK


def compile_serve(operation: Operation) -> Callable[[WebSocket], Awaitable[None]]:
    """Return what serves a WebSocket; the exit stacks come with its scope."""
    size = len(operation.nodes)

    async def serve(websocket: WebSocket) -> None:
        call = Call(websocket.scope, websocket._receive, websocket._send, size)
        call.connection = websocket
        call.stack = websocket.scope[REQUEST_STACK]
        attach_exits(call)
        await operation.last.call(**await operation.resolve(call))

    return serve
