"""A function around all HTTP requests, as `@app.middleware("http")` declares it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dovetail._anyio import UNKNOWN, open_scope
from dovetail._starlette import CachedRequest, StreamedResponse
from dovetail.middleware.inner import InnerApp, InnerTask


class FunctionMiddleware(BaseHTTPMiddleware):
    """`BaseHTTPMiddleware` without a task per request.

    The interface is the same: `dispatch(request, call_next)` gives a response. Context variables
    that the endpoint sets can be seen after `call_next`, and reversely.

    Args:
        app: the wrapped application.
        dispatch: the function; without one, override the method.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        task = _asyncio_task()
        if task is None:
            await super().__call__(scope, receive, send)
            return
        exchange = _Exchange(self.app, scope, receive, send, task)
        try:
            response = await self.dispatch_func(exchange.request, exchange.call_next)
            await response(scope, exchange.request.wrapped_receive, send)
        except BaseException:
            await exchange.cancel()
            raise
        await exchange.finish()


def _asyncio_task() -> "asyncio.Task[Any] | None":
    """Give the running task; `None` if the event loop is another one than asyncio's."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


class _Exchange:
    """One request and what becomes of it."""

    __slots__ = ("_app", "_done", "_inner", "_open_scope", "_send", "_task", "request")

    def __init__(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, task: "asyncio.Task[Any]"
    ) -> None:
        self._app = app
        self._send = send
        self._inner: list[InnerApp | InnerTask] = []
        self._done = False
        self._task = task
        self._open_scope = open_scope(task)
        self.request = CachedRequest(scope, receive, send)

    async def call_next(self, request: Request) -> Response:
        """Run the application until its response begins.

        Raises:
            Exception: what it raised before that.
            RuntimeError: it ended without a response.
        """
        # Under another task, or in a cancel scope that ends before the response does (a time
        # limit for this call), the application must have a task of its own: it would begin
        # inside and end outside.
        inner: InnerApp | InnerTask
        scope_now = open_scope(self._task)
        if (
            asyncio.current_task() is self._task
            and scope_now is self._open_scope
            and scope_now is not UNKNOWN
        ):
            inner = InnerApp(self._app, self.request.scope, self._receive, self._task)
        else:
            inner = InnerTask(self._app, self.request.scope, self._receive)
        self._inner.append(inner)
        info = None
        while (message := await inner.next_message()) is not None:
            if message["type"] == "http.response.start":
                response = _Passing(inner, message, info)
                # So that errors before the first part of the body are raised here.
                await response.fetch()
                return response
            if message["type"] == "http.response.debug":
                info = message["info"]
            else:
                await self._send(message)
        raise RuntimeError("No response returned.")

    async def _receive(self) -> Message:
        if self._done:
            return {"type": "http.disconnect"}
        return await self.request.wrapped_receive()

    async def finish(self) -> None:
        """Let the application end, background tasks included, now that the response is sent."""
        self._done = True
        for inner in self._inner:
            if not inner.finished:
                await inner.drain()

    async def cancel(self) -> None:
        """Cancel the application, since its response is not wanted any more."""
        self._done = True
        for inner in self._inner:
            if not inner.finished:
                await inner.cancel()


class _Passing(StreamedResponse):
    """The response of the application inside, passed on message by message.

    PERF: nothing is made of the body unless somebody looks at `body_iterator`.
    """

    media_type = None

    def __init__(self, inner: InnerApp | InnerTask, start: Message, info: Any) -> None:
        self._inner = inner
        self._next: Message | None = None
        self._body: Any = None
        self.info = info
        self.status_code = start["status"]
        self.raw_headers = list(start.get("headers", ()))
        self.background = None

    async def fetch(self) -> None:
        """Get the first part of the body."""
        self._next = await self._inner.next_message()

    @property
    def body_iterator(self) -> Any:
        """The body's chunks; another iterator may be put in its place."""
        if self._body is None:
            self._body = self._chunks()
        return self._body

    @body_iterator.setter
    def body_iterator(self, body: Any) -> None:
        self._body = body

    async def _chunks(self) -> AsyncIterator[Any]:
        message, self._next = self._next, None
        while message is not None:
            if message["type"] != "http.response.body":
                yield message
            elif message.get("body"):
                yield message["body"]
            message = await self._inner.next_message() if _has_more(message) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._body is not None:
            await super().__call__(scope, receive, send)
            return
        if self.info is not None:
            await send({"type": "http.response.debug", "info": self.info})
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        message, self._next = self._next, None
        while message is not None:
            await send(message)
            message = await self._inner.next_message() if _has_more(message) else None
        if self.background is not None:
            await self.background()


def _has_more(message: Message) -> bool:
    more: bool = message["type"] == "http.response.body" and message.get("more_body", False)
    return more
