"""One log line per request, with an identifier that the response carries as well."""

import logging
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import internal_error
from app.core.logging import request_id

_log = logging.getLogger("app.access")
_HEADER = b"x-request-id"
_ERRORS = 400
_QUIET = frozenset({"/api/v1/health/live", "/api/v1/health/ready"})


class AccessLog:
    """ASGI middleware: logs method, path (never the query string), status and milliseconds.

    An error that nothing else has handled is logged with its traceback, and answered with 500.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identifier = secrets.token_hex(8)
        token = request_id.set(identifier)
        started = time.perf_counter()
        status = 0

        async def send_with_identifier(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_HEADER, identifier.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_identifier)
        except Exception:
            if status:  # too late for another answer: the server cuts the connection
                raise
            _log.exception("unhandled error")
            await internal_error()(scope, receive, send_with_identifier)
        finally:
            if scope["path"] not in _QUIET or status >= _ERRORS:
                milliseconds = (time.perf_counter() - started) * 1000
                path = _printable(scope["path"])
                _log.info("%s %s %d %.1f ms", scope["method"], path, status, milliseconds)
            request_id.reset(token)


def _printable(path: str) -> str:
    """The path without characters that would forge or garble a log line."""
    return path if path.isprintable() else repr(path)[1:-1]
