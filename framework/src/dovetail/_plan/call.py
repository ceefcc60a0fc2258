"""The state of one request while its plan runs."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dovetail._plan.exits import Cleanup, Exits
from dovetail._plan.respond import new_sub_response
from dovetail._pydantic import Undefined
from dovetail.background import BackgroundTasks

ABSENT: Any = object()


class Invalid(Exception):
    """A value did not pass validation; the plain rules then say what is wrong with it."""


class Call:
    """One request: what it was given, and what its steps have made so far.

    `slots` holds the values of dependencies, `ABSENT` before they have run.
    """

    __slots__ = (
        "_connection",
        "_stack",
        "background",
        "body",
        "cleanup",
        "exits",
        "form",
        "function_exits",
        "raw_body",
        "receive",
        "response",
        "scope",
        "send",
        "slots",
        "started",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.slots: list[Any] = [ABSENT] * size
        self.body: Any = Undefined
        self.raw_body: bytes | None = None
        self.response: Response | None = None
        self.background: StarletteBackgroundTasks | None = None
        self.cleanup = Cleanup()
        self.exits = Exits(self.cleanup)
        self.function_exits = Exits(self.cleanup)
        self.form: Any = None
        self.started = False
        self._connection: Any = None
        self._stack: AsyncExitStack | None = None

    @property
    def is_customised(self) -> bool:
        """Whether somebody may have set headers or the status."""
        return self.response is not None

    @property
    def stack(self) -> AsyncExitStack:
        """The stack for what must end after the response, besides dependencies."""
        if self._stack is None:
            self._stack = AsyncExitStack()
        return self._stack

    @stack.setter
    def stack(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def leave(self, exc: BaseException | None) -> BaseException | None:
        """End what was entered for this request, and return the exception that remains."""
        if self._stack is not None:
            exc = await _leave_stack(self._stack, exc)
        if self.exits:
            exc = await self.exits.leave(exc)
        self.cleanup.leave(exc)
        return exc

    @property
    def connection(self) -> Any:
        """The request object, made when first needed, with the body if that was read."""
        if self._connection is None:
            self._connection = request_with_body(
                self.scope, self.receive, self.send, self.raw_body
            )
        return self._connection

    @connection.setter
    def connection(self, connection: Any) -> None:
        self._connection = connection

    def get_response(self) -> Response:
        """Return the response on which headers and status are set."""
        if self.response is None:
            self.response = new_sub_response()
        return self.response

    def get_background(self) -> StarletteBackgroundTasks:
        """Return the tasks that run after the response."""
        if self.background is None:
            self.background = BackgroundTasks()
        return self.background


def request_with_body(scope: Scope, receive: Receive, send: Send, body: bytes | None) -> Request:
    """Return a request whose body, when it was read already, can be read again."""
    request = Request(scope, receive, send)
    if body is not None:
        request._body = body
    return request


async def _leave_stack(stack: AsyncExitStack, exc: BaseException | None) -> BaseException | None:
    kind = None if exc is None else type(exc)
    try:
        suppressed = await stack.__aexit__(kind, exc, None if exc is None else exc.__traceback__)
    except BaseException as raised:
        return raised
    return None if suppressed else exc
