"""Spans of what an operation consists of."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import time_ns
from typing import Any, Final

from starlette.exceptions import HTTPException, WebSocketException
from starlette.websockets import WebSocketDisconnect

from dovetail.exceptions import (
    RequestValidationError,
    ValidationException,
    WebSocketRequestValidationError,
)
from dovetail.telemetry.attributes import error_type
from dovetail.telemetry.data import RequestTelemetry, current_telemetry

_ANSWERS: Final = (HTTPException, WebSocketException)
_INVALID: Final = (RequestValidationError, WebSocketRequestValidationError)
_NORMAL_CLOSE: Final = (1000, 1001)
_NOTHING: Final[AbstractContextManager[None]] = nullcontext()
BACKGROUND: Final = "background_task"


def operation(name: str, function: Any) -> AbstractContextManager[None]:
    """Return the span `fastapi.<name>` around a part of the current request, if it has spans."""
    telemetry = current_telemetry()
    if telemetry is None or telemetry.tracer is None:
        return _NOTHING
    return _span(telemetry, name, function)


@contextmanager
def _span(telemetry: RequestTelemetry, name: str, function: Any) -> Iterator[None]:
    from opentelemetry.trace import StatusCode

    assert telemetry.tracer is not None
    with telemetry.tracer.start_as_current_span(
        f"fastapi.{name}",
        attributes={"code.function.name": function_name(function)},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        except Exception as error:
            if name == BACKGROUND or is_failure(error):
                span.set_attribute("error.type", error_type(error))
                span.set_status(StatusCode.ERROR)
            raise


def is_failure(error: BaseException) -> bool:
    """Return whether `error` is a failure, rather than an answer or a client that has left."""
    if isinstance(error, WebSocketDisconnect):
        return error.code not in _NORMAL_CLOSE
    return not isinstance(error, (*_ANSWERS, *_INVALID))


def function_name(function: Any) -> str:
    """Return `module.qualified_name` of a function, or of the class of a callable object."""
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}.{named.__qualname__}"


def traced(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` with a span around each call, in the thread that calls it."""

    def call(**arguments: Any) -> Any:
        with operation(name, function):
            return function(**arguments)

    return call


def record_invalid(telemetry: RequestTelemetry, error: ValidationException) -> None:
    """Note the errors of an invalid request or connection, and log that there were some."""
    errors = error.errors()
    if telemetry.data is not None:
        telemetry.data.errors = errors
        telemetry.data.body = getattr(error, "body", None)
    if telemetry.logger is None:
        return
    from opentelemetry._logs import SeverityNumber

    attributes: dict[str, Any] = {"fastapi.validation.error_count": len(errors)}
    route = telemetry.route()
    if route is not None:
        attributes["http.route"] = route
    telemetry.logger.emit(
        event_name="fastapi.validation.failed",
        timestamp=time_ns(),
        severity_number=SeverityNumber.WARN,
        severity_text="WARN",
        body="Request validation failed",
        attributes=attributes,
    )
