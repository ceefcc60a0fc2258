"""Plans as handlers of a request or WebSocket object, whose scope brings the exit stacks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from dovetail._plan.call import Call
from dovetail._plan.operation import Operation
from dovetail._plan.run import FUNCTION_STACK, REQUEST_STACK
from dovetail.exceptions import DovetailError


def compile_handle(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler for `get_route_handler()`."""
    status = operation.config.status_code or 200

    async def handle(request: Request) -> Response:
        call = _adopt(operation, request, request.receive, request._send)
        result = await operation.produce(call)
        if type(result) is not bytes:
            return result  # type: ignore[no-any-return]
        return Response(
            result,
            status_code=status,
            media_type="application/json",
            background=call.background,
        )

    return handle


def compile_serve(operation: Operation) -> Callable[[WebSocket], Awaitable[None]]:
    """Return what serves a WebSocket."""

    async def serve(websocket: WebSocket) -> None:
        call = _adopt(operation, websocket, websocket._receive, websocket._send)
        arguments = await operation.resolve(call)
        await operation.last.call(**arguments)

    return serve


def _adopt(operation: Operation, connection: Any, receive: Any, send: Any) -> Call:
    """Return a call whose dependencies are ended by the stacks of the scope."""
    scope = connection.scope
    call = Call(scope, receive, send, len(operation.nodes))
    call.connection = connection
    request_stack = _stack(scope, REQUEST_STACK)
    function_stack = _stack(scope, FUNCTION_STACK)
    cleanup = operation.prepare(call)

    async def leave_request(kind: Any, exc: BaseException | None, traceback: Any) -> bool:
        remaining = await call.exits.leave(exc)
        cleanup.leave(remaining)
        if call.form is not None:
            await call.form.close()
        return _settled(exc, remaining)

    async def leave_function(kind: Any, exc: BaseException | None, traceback: Any) -> bool:
        return _settled(exc, await call.function_exits.leave(exc))

    request_stack.push_async_exit(leave_request)
    function_stack.push_async_exit(leave_function)
    return call


def _stack(scope: Any, name: str) -> AsyncExitStack:
    stack = scope.get(name)
    if not isinstance(stack, AsyncExitStack):
        raise DovetailError(f"{name} not found in request scope")
    return stack


def _settled(before: BaseException | None, after: BaseException | None) -> bool:
    """Tell an exit stack what became of an exception: swallowed or not; raise a new one."""
    if after is not None and after is not before:
        raise after
    return before is not None and after is None
