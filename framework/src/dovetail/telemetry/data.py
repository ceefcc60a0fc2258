"""What is known of the request or connection that is being served."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final

from annotated_doc import Doc

if TYPE_CHECKING:
    from opentelemetry._logs import Logger
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer
    from starlette.requests import Request
    from starlette.types import Scope
    from starlette.websockets import WebSocket

# Under this key of the scope others look for it.
SCOPE_KEY: Final = "fastapi.telemetry"
CONTEXT_KEY: Final = "dovetail.request"
# Under this one an outer application notes that it has decided whether to observe.
OBSERVATION: Final = "dovetail.observation"


@dataclass(kw_only=True)
class TelemetryData:
    """The request or connection as span and log processors may read it, while it is served.

    It is not exported by itself. Who exports parts of it decides what must be left out.
    """

    request: Annotated["Request | None", Doc("The request, once its operation begins.")] = None
    websocket: Annotated["WebSocket | None", Doc("The WebSocket, once its operation begins.")] = (
        None
    )
    body: Annotated[Any, Doc("The body as read, before validation.")] = None
    values: Annotated[
        dict[str, Any] | None, Doc("Arguments of the function, once dependencies are resolved.")
    ] = None
    errors: Annotated[
        Sequence[Any] | None, Doc("Validation errors with the input; empty if there are none.")
    ] = None


@dataclass(kw_only=True, eq=False)
class RequestTelemetry:
    """The signals of one request or connection.

    `tracer` is None where operations get no spans of their own; `app` is whose routes are matched.
    """

    app: Any
    scope: "Scope"
    span: "Span | None" = None
    tracer: "Tracer | None" = None
    logger: "Logger | None" = None
    data: TelemetryData | None = field(default_factory=TelemetryData)
    _route: str | None = None
    _route_known: bool = False

    def route(self) -> str | None:
        """Return the template of the path: `/items/{item_id}`; None if no route matches."""
        if not self._route_known:
            from dovetail.telemetry.route import find_template

            self._route = find_template(self.app, self.scope)
            self._route_known = True
        return self._route


def current_telemetry(context: "Context | None" = None) -> RequestTelemetry | None:
    """Return the telemetry of the request that `context` (default: the current one) belongs to."""
    if "opentelemetry.context" not in sys.modules:
        return None
    from opentelemetry import context as otel_context

    value = otel_context.get_value(CONTEXT_KEY, context)
    return value if isinstance(value, RequestTelemetry) else None


def get_telemetry_data(
    context: Annotated[
        "Context | None", Doc("An OpenTelemetry context, such as that of a log record.")
    ] = None,
) -> TelemetryData | None:
    """Return the data of the request or connection that is being served.

    None outside of one, for one that is excluded, and for contexts kept until after its end.
    """
    telemetry = current_telemetry(context)
    return telemetry.data if telemetry is not None else None
