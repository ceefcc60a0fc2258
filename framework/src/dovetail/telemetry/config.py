"""Settings of the telemetry of an application."""

from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from annotated_doc import Doc

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider


class TelemetryConfig(TypedDict, total=False):
    """What `Dovetail(telemetry={…})` takes; each key may be left out.

    Providers are never shut down by the application that is given them.
    """

    tracer_provider: Annotated[
        "TracerProvider | None", Doc("Makes the spans; by default the global provider.")
    ]
    meter_provider: Annotated[
        "MeterProvider | None", Doc("Makes the metrics; by default the global provider.")
    ]
    logger_provider: Annotated[
        "LoggerProvider | None", Doc("Makes the log records; by default the global provider.")
    ]
    tracing: Annotated[bool, Doc("A span per request and connection. Default: True.")]
    metrics: Annotated[bool, Doc("Duration and number of requests. Default: True.")]
    logs: Annotated[
        bool, Doc("A record per invalid request and per unhandled exception. Default: True.")
    ]
    operation_spans: Annotated[
        bool,
        Doc("Spans of dependencies, endpoint, serialization, background tasks. Default: True."),
    ]
    auto_configure: Annotated[
        bool,
        Doc(
            "Export by OTLP as the standard environment variables say. Default: whether "
            "FASTAPI_OTEL_AUTO_CONFIGURE is `true`."
        ),
    ]
    exclude: Annotated[
        Callable[[MutableMapping[str, Any]], bool] | None,
        Doc("Called with the ASGI scope: True leaves that request or connection out."),
    ]


def completed(config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a copy of `config` with the defaults filled in."""
    defaults = {
        "tracer_provider": None,
        "meter_provider": None,
        "logger_provider": None,
        "tracing": True,
        "metrics": True,
        "logs": True,
        "operation_spans": True,
        "exclude": None,
    }
    return {**defaults, **(config or {})}
