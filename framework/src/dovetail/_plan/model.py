"""What the compiler makes: plans, and the steps that they consist of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.websockets import WebSocket

    from dovetail._plan.operation import Operation

Overrides = Mapping[Callable[..., Any], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled HTTP path operation.

    Attributes:
        app: the whole operation as an ASGI application. Exceptions go to the handlers in
            `scope["starlette.exception_handlers"]`, others leave it.
        handle: takes a request, gives the response, as `get_route_handler()` promises. Needs the
            exit stacks of the customary request/response application in the scope.
        operation: what was compiled; None when nothing was, and the interpreter runs.
    """

    app: ASGIApp
    handle: Callable[[Request], Awaitable[Response]]
    operation: Operation | None = None

    @property
    def description(self) -> tuple[str, ...]:
        """The plan as text, one line per step."""
        return _description(self.operation)


@dataclass(frozen=True, slots=True)
class WebSocketPlan:
    """A compiled WebSocket operation; `handle` takes the WebSocket, `app` is the application."""

    app: ASGIApp
    handle: Callable[[WebSocket], Awaitable[None]]
    operation: Operation | None = None

    @property
    def description(self) -> tuple[str, ...]:
        """The plan as text, one line per step."""
        return _description(self.operation)


def _description(operation: Operation | None) -> tuple[str, ...]:
    from dovetail._plan.explain import explain

    return ("interpreted, not compiled",) if operation is None else explain(operation)
