"""The application inside a middleware, run so that its response can be had before it is sent.

The inner application is a coroutine that wants to send messages; the middleware wants them one
by one. Starlette runs the one in a task of its own and passes messages through a stream, which
costs several turns of the event loop and loses the context variables that the endpoint sets.
Here the coroutine is driven by hand, in the same task, up to its next message:

    middleware ──► call_next ──► advance ──► app … await send(message)
                                    ◄───────────────── paused

What the application waits for, the task waits for. Messages may come from other tasks (a
response that streams in one while it watches for the client to go): they wake the task.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope

_PAUSED = object()


@coroutine
def _pause() -> Generator[Any, Any, None]:
    yield _PAUSED


class InnerApp:
    """One run of an ASGI application by the task that calls `next_message`.

    Args:
        app: the application.
        scope, receive: what it is called with.
        task: the task.
    """

    __slots__ = ("_coroutine", "_messages", "_taken", "_task", "_waiter", "_waits_for", "finished")

    def __init__(
        self, app: ASGIApp, scope: Scope, receive: Receive, task: "asyncio.Task[Any]"
    ) -> None:
        self._coroutine: Coroutine[Any, Any, None] = app(scope, receive, self._send)  # type: ignore[assignment]
        self._messages: deque[Message] = deque()
        self._task = task
        # What the application waits for, if it was left waiting for the sake of a message.
        self._waits_for: asyncio.Future[Any] | None = None
        self._waiter: asyncio.Future[None] | None = None
        # What another task waits for until its message is taken.
        self._taken: asyncio.Future[None] | None = None
        self.finished = False

    async def _send(self, message: Message) -> None:
        self._messages.append(message)
        if message["type"] == "http.response.start":
            # Nothing can be done with it before the body comes.
            return
        if asyncio.current_task() is self._task:
            await _pause()
            return
        self._wake()
        self._taken = asyncio.get_running_loop().create_future()
        await self._taken

    def _wake(self, _: Any = None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def next_message(self) -> Message | None:
        """Give the next message; `None` when the application has finished.

        Raises:
            Exception: what the application raised.
        """
        if not self._messages and not self.finished:
            await self._advance()
        return self._messages.popleft() if self._messages else None

    @coroutine
    def _advance(self) -> Generator[Any, Any, None]:
        """Run the application until it has sent a message to its end, or has finished."""
        if self._taken is not None and not self._taken.done():
            self._taken.set_result(None)
            self._taken = None
        error: BaseException | None = None
        while True:
            waits_for = self._waits_for
            if waits_for is not None:
                error = yield from self._wait(waits_for)
                if self._waits_for is not None:
                    return
            try:
                if error is not None:
                    yielded = self._coroutine.throw(error)
                else:
                    yielded = self._coroutine.send(None)
            except StopIteration:
                self.finished = True
                return
            except BaseException:
                self.finished = True
                raise
            error = None
            if yielded is _PAUSED:
                return
            if asyncio.isfuture(yielded):
                yielded._asyncio_future_blocking = False
                self._waits_for = yielded
            else:
                try:
                    yield yielded
                except BaseException as raised:
                    error = raised

    def _wait(self, future: "asyncio.Future[Any]") -> Generator[Any, Any, BaseException | None]:
        """Wait until `future` is done or a message has come; give what is to be thrown instead."""
        while not future.done() and not self._messages:
            self._waiter = asyncio.get_running_loop().create_future()
            future.add_done_callback(self._wake)
            try:
                yield from self._waiter
            except asyncio.CancelledError as cancelled:
                # As the event loop does: cancel what is waited for, and let that tell. By the
                # message, anyio knows which of its scopes it was.
                if not future.cancel(*cancelled.args[:1]):
                    self._waits_for = None
                    return cancelled
            finally:
                future.remove_done_callback(self._wake)
                self._waiter = None
        if future.done():
            self._waits_for = None
        return None

    async def drain(self) -> None:
        """Run the application to its end; what it still sends is dropped."""
        while not self.finished:
            self._messages.clear()
            await self._advance()

    async def cancel(self) -> None:
        """Cancel the application and run it to its end."""
        if self.finished:
            return
        self._messages.clear()
        if self._waits_for is not None and not self._waits_for.cancel():
            self._waits_for = None
        try:
            yielded = self._coroutine.throw(asyncio.CancelledError())
        except (StopIteration, asyncio.CancelledError):
            self.finished = True
            return
        if asyncio.isfuture(yielded):
            yielded._asyncio_future_blocking = False
            self._waits_for = yielded
        try:
            await self.drain()
        except asyncio.CancelledError:
            if not self.finished:
                raise


class InnerTask:
    """The same, in a task of its own: for when `call_next` is called under another task.

    `asyncio.wait_for(call_next(request), …)` does that before Python 3.12; the application must
    not begin in one task and end in another.
    """

    __slots__ = ("_messages", "_taken", "_task", "_waiter")

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        self._messages: deque[Message] = deque()
        self._taken: asyncio.Future[None] | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._task = asyncio.ensure_future(app(scope, receive, self._send))
        self._task.add_done_callback(self._wake)

    async def _send(self, message: Message) -> None:
        self._messages.append(message)
        if message["type"] == "http.response.start":
            return
        self._wake()
        self._taken = asyncio.get_running_loop().create_future()
        await self._taken

    def _wake(self, _: Any = None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    @property
    def finished(self) -> bool:
        return self._task.done() and not self._messages

    async def next_message(self) -> Message | None:
        """See `InnerApp.next_message`."""
        if not self._messages and not self._task.done():
            await self._advance()
        if self._messages:
            return self._messages.popleft()
        self._task.result()
        return None

    async def _advance(self) -> None:
        if self._taken is not None and not self._taken.done():
            self._taken.set_result(None)
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    async def drain(self) -> None:
        """See `InnerApp.drain`."""
        while await self.next_message() is not None:
            pass

    async def cancel(self) -> None:
        """See `InnerApp.cancel`."""
        self._task.cancel()
        await asyncio.wait([self._task])
