"""The customary applications around a handler: exit stacks, and exceptions to their handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from dovetail._plan.failures import handle_exceptions
from dovetail.exceptions import DovetailError

# The names under which code outside finds the stacks of a request.
REQUEST_STACK = "fastapi_inner_astack"
FUNCTION_STACK = "fastapi_function_astack"
FILE_STACK = "fastapi_middleware_astack"

NO_RESPONSE = (
    "The response was never sent. Probably the application code is raising an exception and a "
    "dependency with yield catches it, with `except:` or `except Exception:`, without raising it "
    "again. What a dependency catches it has to raise again, or raise another exception instead."
)


def request_response(handler: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    """Return the ASGI application that answers a request by `handler`.

    Dependencies of scope "function" end before the response is sent, the others after it.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)

        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            sent = False
            response: Response | None = None
            async with AsyncExitStack() as request_stack:
                scope[REQUEST_STACK] = request_stack
                async with AsyncExitStack() as function_stack:
                    scope[FUNCTION_STACK] = function_stack
                    response = await handler(request)
                if response is None:
                    raise DovetailError(NO_RESPONSE)
                count = task_count(response.background)
                await response(scope, receive, send)
                sent = True
            if not sent:
                raise DovetailError(NO_RESPONSE)
            await run_late_tasks(response.background, count)

        async with _file_stack(scope):
            await handle_exceptions(respond, request, scope, receive, send)

    return app


def task_count(background: Any) -> int:
    """Return how many tasks are waiting."""
    return 0 if background is None else len(getattr(background, "tasks", ()))


async def run_late_tasks(background: Any, count: int) -> None:
    """Run the tasks that dependencies added after `yield`, when the first `count` have run."""
    if background is not None:
        for task in getattr(background, "tasks", ())[count:]:
            await task()


def _file_stack(scope: Scope) -> Any:
    """Return the stack that closes uploaded files, or nothing to enter if there is one."""
    if FILE_STACK in scope:
        return AsyncExitStack()
    stack = AsyncExitStack()
    scope[FILE_STACK] = stack
    return stack


def websocket_session(handler: Callable[[WebSocket], Awaitable[None]]) -> ASGIApp:
    """Return the ASGI application that serves a WebSocket by `handler`."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        session = WebSocket(scope, receive=receive, send=send)

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            async with AsyncExitStack() as request_stack:
                scope[REQUEST_STACK] = request_stack
                async with AsyncExitStack() as function_stack:
                    scope[FUNCTION_STACK] = function_stack
                    await handler(session)

        await handle_exceptions(serve, session, scope, receive, send)

    return app
