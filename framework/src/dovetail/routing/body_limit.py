"""Limits of the request's body around an ASGI application."""

from starlette.types import ASGIApp, Receive, Scope, Send

from dovetail._starlette import (
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
