"""Limits of the request's body around an ASGI application."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dovetail._starlette import (
    MAX_BODY_SIZE_SCOPE_KEY,
    RequestBodyLimitMiddleware,
    body_limit_answered,
    body_too_large,
)


def limited(app: ASGIApp, max_body_size: int | None) -> ASGIApp:
    """Give `app` with a limit of the body in bytes, beyond it 413; `None` gives `app` itself."""
    if max_body_size is None:
        return app
    return RequestBodyLimitMiddleware(_Ungrouped(app), max_body_size=max_body_size)


def limit_error(error: Exception) -> Exception | None:
    """Give the limiter's own error in `error`, which may be a group of nothing else."""
    own = (body_too_large, body_limit_answered)
    if not isinstance(error, ExceptionGroup):
        return error if isinstance(error, own) else None
    _, others = error.split(own)
    if others is not None:
        return None
    # Where the 413 is sent already, that is what the limiter must be told.
    inner: BaseException = error.subgroup(body_limit_answered) or error
    while isinstance(inner, ExceptionGroup):
        inner = inner.exceptions[0]
    return inner if isinstance(inner, Exception) else None


class _Ungrouped:
    """Takes the limiter's errors out of exception groups, in which the limiter misses them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except ExceptionGroup as group:
            error = limit_error(group) if scope["type"] == "http" else None
            if error is None:
                raise
            raise error from group


class AppBodyLimit:
    """The body limit of an application, which may be mounted in one that has a limit as well.

    Mounted, it shares the outer limiter's count of bytes, and answers itself when that count is
    exceeded: the error must not reach its own handler of server errors.

    Args:
        app: the wrapped application.
        max_body_size: in bytes; `None`: only the outer application's limit holds.
    """

    def __init__(self, app: ASGIApp, max_body_size: int | None) -> None:
        self.app = limited(app, max_body_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if MAX_BODY_SIZE_SCOPE_KEY not in scope:
            await self.app(scope, receive, send)
            return
        started = False

        async def tracked(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, tracked)
        except Exception as error:
            too_large = limit_error(error)
            if started or not isinstance(too_large, HTTPException):
                raise
            from dovetail.exception_handlers import http_exception_handler

            response = await http_exception_handler(Request(scope, receive), too_large)
            await response(scope, receive, send)
