"""A function around all HTTP requests, as `@app.middleware("http")` declares it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

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
        if not _on_asyncio():
            await super().__call__(scope, receive, send)
            return
        exchange = _Exchange(self.app, scope, receive, send)
        try:
            response = await self.dispatch_func(exchange.request, exchange.call_next)
            await response(scope, exchange.request.wrapped_receive, send)
        except BaseException:
            await exchange.cancel()
            raise
        await exchange.finish()


def _on_asyncio() -> bool:
    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False


class _Exchange:
    """One request and what becomes of it."""

    __slots__ = ("_app", "_deadline", "_done", "_inner", "_send", "_task", "request")

    def __init__(self, app: Any, scope: Scope, receive: Receive, send: Send) -> None:
        self._app = app
        self._send = send
        self._inner: list[InnerApp | InnerTask] = []
        self._done = False
        self._task = asyncio.current_task()
        self._deadline = anyio.current_effective_deadline()
        self.request = CachedRequest(scope, receive, send)

    async def call_next(self, request: Request) -> Response:
        """Run the application until its response begins.

        Raises:
            Exception: what it raised before that.
            RuntimeError: it ended without a response.
        """
        # In another task, or with a time limit that ends with this call, the application must
        # have a task of its own: it goes on when the call is over.
        same = (
            asyncio.current_task() is self._task
            and anyio.current_effective_deadline() == self._deadline
        )
        inner = (InnerApp if same else InnerTask)(self._app, self.request.scope, self._receive)
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
    """The response of the application inside, passed on message by message."""

    def __init__(self, inner: InnerApp | InnerTask, start: Message, info: Any) -> None:
        self._inner = inner
        self._next: Message | None = None
        self._own_body = self._chunks()
        super().__init__(content=self._own_body, status_code=start["status"], info=info)
        self.raw_headers = list(start.get("headers", ()))

    async def fetch(self) -> None:
        """Get the first part of the body."""
        self._next = await self._inner.next_message()

    async def _messages(self) -> AsyncIterator[Message]:
        message, self._next = self._next, None
        while message is not None:
            yield message
            if message["type"] == "http.response.pathsend" or not message.get("more_body", False):
                return
            message = await self._inner.next_message()

    async def _chunks(self) -> AsyncIterator[Any]:
        async for message in self._messages():
            if message["type"] != "http.response.body":
                yield message
            elif message.get("body"):
                yield message["body"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.body_iterator is not self._own_body:
            await super().__call__(scope, receive, send)
            return
        # PERF: nobody has put another body in its place, so the messages can go as they are.
        if self.info is not None:
            await send({"type": "http.response.debug", "info": self.info})
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        await self._own_body.aclose()
        async for message in self._messages():
            await send(message)
        if self.background is not None:
            await self.background()
