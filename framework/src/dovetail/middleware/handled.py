"""The innermost layer: exceptions that have a handler become its response."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send
from starlette.websockets import WebSocket

from dovetail._plan.failures import ALREADY_STARTED, HANDLERS, RESPONSE_STARTED, find_handler
from dovetail._starlette import wrap_app_handling_exceptions


class HandledErrors(ExceptionMiddleware):
    """Starlette's layer, at no cost for requests that raise nothing.

    Args:
        app: the router.
        handlers, debug: as for `ExceptionMiddleware`.
        select: gives what answers a connection, if the router need not be asked itself.
            It says in the scope whether a response was begun when it raises.
    """

    def __init__(
        self,
        app: ASGIApp,
        handlers: Mapping[Any, ExceptionHandler] | None = None,
        debug: bool = False,
        select: Callable[[Scope], ASGIApp] | None = None,
    ) -> None:
        super().__init__(app, handlers, debug)
        self.select = select
        self.found = self._exception_handlers, self._status_handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.select is None or scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        scope[HANDLERS] = self.found
        try:
            await self.select(scope)(scope, receive, send)
        except Exception as error:
            await self.handle(error, scope, receive, send)

    async def handle(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the handler of `error`.

        Raises:
            Exception: `error` itself if it has none; `RuntimeError` if the response had begun.
        """
        started = scope.pop(RESPONSE_STARTED, False)
        if started and find_handler(scope, error) is not None:
            raise RuntimeError(ALREADY_STARTED) from error

        async def again(scope: Scope, receive: Receive, send: Send) -> None:
            raise error

        make: type[Any] = Request if scope["type"] == "http" else WebSocket
        connection = make(scope, receive, send)
        await wrap_app_handling_exceptions(again, connection)(scope, receive, send)
