"""An exit stack per request, for those who put their own into the middleware stack."""

from contextlib import AsyncExitStack

from starlette.types import ASGIApp, Receive, Scope, Send


class AsyncExitStackMiddleware:
    """Put an open `AsyncExitStack` into the scope; it is closed when `app` has returned.

    Args:
        app: the wrapped ASGI application.
        context_name: the key of the scope under which the stack is found.
    """

    def __init__(self, app: ASGIApp, context_name: str = "fastapi_middleware_astack") -> None:
        self.app = app
        self.context_name = context_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with AsyncExitStack() as stack:
            scope[self.context_name] = stack
            await self.app(scope, receive, send)
