"""From an operation to its ASGI application."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp

from dovetail.routing.body_limit import limited
from dovetail.routing.handlers import (
    get_request_handler,
    plan_cache,
    request_response,
    websocket_plan_cache,
)
from dovetail.routing.plans import OperationApp
from dovetail.routing.scope import effective_route

if TYPE_CHECKING:
    from dovetail.routing.operation import Operation


def operation_app(route: Any, operation: "Operation") -> OperationApp:
    """Make the application of `operation`, which is `route` or an inclusion of it."""

    def build() -> Callable[[], ASGIApp]:
        limit = operation.max_body_size
        if uses_handler(route):
            app = limited(_handler_app(route, operation), limit)
            return lambda: app
        plans = plan_cache(operation.config(), operation.dependant)
        if limit is None:
            return lambda: plans.current().app
        return lambda: limited(plans.current().app, limit)

    return OperationApp(build, operation.dependency_overrides_provider)


def websocket_app(operation: Any) -> OperationApp:
    """Make the application of a WebSocket operation."""

    def build() -> Callable[[], ASGIApp]:
        plans = websocket_plan_cache(operation.config(), operation.dependant)
        return lambda: plans.current().app

    return OperationApp(build, operation.dependency_overrides_provider)


def uses_handler(route: Any) -> bool:
    """Say whether somebody comes between the request and the plan with a handler of his own."""
    from dovetail.routing.route import APIRoute

    if type(route).get_route_handler is not APIRoute.get_route_handler:
        return True
    routing = sys.modules["dovetail.routing"]
    return (
        "get_route_handler" in vars(route)
        or getattr(routing, "get_request_handler", None) is not get_request_handler
    )


def _handler_app(route: Any, operation: "Operation") -> ASGIApp:
    token = effective_route.set(None if operation is route else operation)  # type: ignore[arg-type]
    try:
        return request_response(route.get_route_handler())
    finally:
        effective_route.reset(token)
