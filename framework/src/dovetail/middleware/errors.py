"""The outermost layer: server errors become a response, and go on to the server's log."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from dovetail._starlette import MAX_BODY_SIZE_SCOPE_KEY, is_async_callable
from dovetail.concurrency import run_in_threadpool
from dovetail.exception_handlers import http_exception_handler
from dovetail.routing.body_limit import limit_error


class ServerErrors(ServerErrorMiddleware):
    """Answers what nobody has handled with 500, then raises it again.

    Args:
        app: the wrapped application.
        handler: makes the response; by default a plain text.
        debug: answer with the traceback.
        response_middleware: middleware that the response goes through. This layer is outside the
            application's own, and without CORS headers a browser would not show the error.
    """

    def __init__(
        self,
        app: ASGIApp,
        handler: ExceptionHandler | None = None,
        debug: bool = False,
        response_middleware: Sequence[Middleware] = (),
    ) -> None:
        super().__init__(app, handler, debug)
        self.response_middleware = response_middleware

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def tracked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
            await send(message)

        try:
            await self.app(scope, receive, tracked)
        except Exception as error:
            await self.answer(error, started, scope, receive, send)

    async def answer(
        self, error: Exception, started: bool, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer `error`, unless the response has `started`, and raise it.

        Mounted in an application with a body limit, a body over that limit is no server error:
        it is answered with 413.
        """
        if MAX_BODY_SIZE_SCOPE_KEY in scope and not started:
            too_large = limit_error(error)
            if isinstance(too_large, HTTPException):
                response = await http_exception_handler(Request(scope, receive), too_large)
                await response(scope, receive, send)
                return
        response = await self._response(Request(scope), error)
        if not started:
            await self._through_middleware(response)(scope, receive, send)
        raise error

    async def _response(self, request: Request, error: Exception) -> Response:
        if self.debug:
            return await run_in_threadpool(self.debug_response, request, error)
        if self.handler is None:
            return self.error_response(request, error)
        if is_async_callable(self.handler):
            return await self.handler(request, error)  # type: ignore[arg-type, return-value]
        return await run_in_threadpool(self.handler, request, error)  # type: ignore[arg-type]

    def _through_middleware(self, app: ASGIApp) -> ASGIApp:
        for cls, args, kwargs in reversed(self.response_middleware):
            app = cls(app, *args, **kwargs)
        return app
