"""The state of one request while its plan runs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dovetail._plan.respond import new_sub_response
from dovetail._pydantic import Undefined
from dovetail.background import BackgroundTasks

if TYPE_CHECKING:
    from dovetail._plan.exits import Exits

ABSENT: Any = object()


class Invalid(Exception):
    """A value did not pass validation; the plain rules then say what is wrong with it."""


class Call:
    """One request: what it was given, and what its steps have made so far.

    Attributes:
        slots: the values of dependencies, `ABSENT` before they have run.
        body: the decoded body; `raw_body` what it was decoded from, if that was read.
        form: the form, to be closed in the end.
        response: the response that was injected, on which headers and status may be set.
        background: the tasks that were injected.
        exits, function_exits: dependencies to end after the response, and before it; only there
            when the plan has such dependencies.
        started: whether the response has begun.
    """

    # PERF(call): defaults on the class, so that a request pays only for what it uses.
    body: Any = Undefined
    raw_body: bytes | None = None
    form: Any = None
    response: Response | None = None
    background: StarletteBackgroundTasks | None = None
    exits: Exits
    function_exits: Exits
    # What invalid forms gave, by slot, so that nothing is validated twice.
    form_results: Mapping[int, tuple[dict[str, Any], list[Any]]] = MappingProxyType({})
    started = False
    _connection: Any = None

    def __init__(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.slots: list[Any] = [ABSENT] * size

    @property
    def has_connection(self) -> bool:
        """Whether there is a request object already."""
        return self._connection is not None

    @property
    def connection(self) -> Any:
        """The request object, made when first needed, with the body if that was read."""
        if self._connection is None:
            request = Request(self.scope, self.receive, self.send)
            if self.raw_body is not None:
                request._body = self.raw_body
            self._connection = request
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
