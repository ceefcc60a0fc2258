"""The ASGI layer around an application that makes a request's signals."""

from collections.abc import Awaitable, Callable
from time import perf_counter, time_ns
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry._logs import SeverityNumber
from opentelemetry.trace import Span, SpanKind, StatusCode, set_span_in_context
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dovetail.telemetry.attributes import (
    common_attributes,
    error_type,
    span_attributes,
    span_name,
)
from dovetail.telemetry.config import completed
from dovetail.telemetry.data import CONTEXT_KEY, OBSERVATION, SCOPE_KEY, RequestTelemetry
from dovetail.telemetry.operations import is_failure
from dovetail.telemetry.propagation import extract
from dovetail.telemetry.signals import Instruments, Signals


class NativeTelemetry:
    """Makes the signals of one application. `config` is a `TelemetryConfig`, or None."""

    def __init__(self, config: Any = None) -> None:
        self._config = completed(config)
        self._signals = Signals(self._config)

    async def __call__(self, *, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve by `app`; observed, unless that is off, excluded, or done by an outer one."""
        decided = OBSERVATION in scope
        scope[OBSERVATION] = True
        if decided or scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        exclude = self._config["exclude"]
        if exclude is not None and exclude(scope):
            await _unobserved(app, scope, receive, send)
            return
        tracer, logger = self._signals.tracer(), self._signals.logger()
        instruments = self._signals.instruments() if scope["type"] == "http" else None
        if tracer is None and logger is None and instruments is None:
            await app(scope, receive, send)
            return
        observation = _Observation(app, scope, instruments)
        observation.telemetry.logger = logger
        if tracer is not None:
            observation.begin_span(tracer, operations=self._config["operation_spans"])
        await observation.run(app, receive, send)


async def _unobserved(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve without the telemetry of an outer request in the same task."""
    token = otel_context.attach(otel_context.set_value(CONTEXT_KEY, None))
    try:
        await app(scope, receive, send)
    finally:
        otel_context.detach(token)


class _Observation:
    """One request or connection from its begin to its end."""

    def __init__(self, app: ASGIApp, scope: Scope, instruments: Instruments | None) -> None:
        self._scope = scope
        self._context = extract(scope)
        # The scope as it came, since routing changes it; it is matched again for the template.
        self.telemetry = RequestTelemetry(app=app, scope=dict(scope))
        self._attributes = common_attributes(scope)
        self._instruments = instruments
        self._span: Span | None = None
        self._started = perf_counter()
        self._status: int | None = None
        self._trailers = False
        self._complete: tuple[float, int] | None = None
        self._disconnected = False
        self._finished = False

    def begin_span(self, tracer: Any, *, operations: bool) -> None:
        """Begin the span of the request, below the one that its headers name."""
        attributes = span_attributes(self._scope)
        self._span = tracer.start_span(
            span_name(self._scope, self._attributes, None),
            context=self._context,
            kind=SpanKind.SERVER,
            attributes=attributes,
        )
        self._context = set_span_in_context(self._span, self._context)
        self.telemetry.span = self._span
        self.telemetry.tracer = tracer if operations and self._span.is_recording() else None

    async def run(self, app: ASGIApp, receive: Receive, send: Send) -> None:
        """Serve by `app`, within the span."""
        self._count_active(1)
        self._context = otel_context.set_value(CONTEXT_KEY, self.telemetry, self._context)
        token = otel_context.attach(self._context)
        self._scope[SCOPE_KEY] = self.telemetry
        try:
            await app(self._scope, self._received(receive), self._sent(send))
        except BaseException as error:
            self._end(error)
            raise
        else:
            self._end(None)
        finally:
            otel_context.detach(token)
            self._scope.pop(SCOPE_KEY, None)
            self.telemetry.data = None

    def _received(self, receive: Receive) -> Receive:
        async def observed() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect" and self._complete is None:
                self._disconnected = True
            return message

        return observed

    def _sent(self, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def observed(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.start":
                self._status = message["status"]
                self._trailers = message.get("trailers", False)
            elif self._is_last(message):
                self._complete = perf_counter(), time_ns()
                # A failure behind a 5xx answer is known only when the application returns.
                if self._status is not None and self._status < 500:
                    self._finish(None)

        return observed

    def _is_last(self, message: Message) -> bool:
        match message["type"]:
            case "http.response.body":
                return not (message.get("more_body", False) or self._trailers)
            case "http.response.trailers":
                return not message.get("more_trailers", False)
            case "http.response.pathsend":
                return True
        return False

    def _end(self, error: BaseException | None) -> None:
        """Log a failure, and finish what the response has not finished."""
        if error is not None and isinstance(error, Exception) and is_failure(error):
            self._log(error)
        self._finish(error)

    def _finish(self, error: BaseException | None) -> None:
        if self._finished:
            return
        self._finished = True
        self._count_active(-1)
        ended, ended_ns = self._complete or (perf_counter(), time_ns())
        if self._status is not None:
            self._attributes["http.response.status_code"] = self._status
        route = self.telemetry.route()
        if route is not None:
            self._attributes["http.route"] = route
        failure = self._failure(error)
        if failure is not None:
            self._attributes["error.type"] = failure
        if self._instruments is not None:
            duration = max(ended - self._started, 0.0)
            self._instruments.duration.record(duration, self._attributes, context=self._context)
        if self._span is not None:
            self._span.update_name(span_name(self._scope, self._attributes, route))
            self._span.set_attributes(self._attributes)
            if failure is not None:
                self._span.set_status(StatusCode.ERROR)
            self._span.end(ended_ns)

    def _failure(self, error: BaseException | None) -> str | None:
        """Return the type of what went wrong on our side; None if nothing did."""
        if error is not None:
            return error_type(error) if is_failure(error) else None
        if self._scope["type"] == "websocket":
            return None
        if self._status is not None and self._status >= 500:
            return str(self._status)
        if self._complete is None:
            return "client_disconnected" if self._disconnected else "incomplete_response"
        return None

    def _log(self, error: Exception) -> None:
        logger = self.telemetry.logger
        if logger is None:
            return
        websocket = self._scope["type"] == "websocket"
        route = self.telemetry.route()
        what = "WebSocket connection" if websocket else "request"
        logger.emit(
            event_name="fastapi.websocket.exception"
            if websocket
            else "http.server.request.exception",
            timestamp=time_ns(),
            severity_number=SeverityNumber.ERROR,
            severity_text="ERROR",
            body=f"Unhandled exception in FastAPI {what}",
            attributes={"http.route": route} if route is not None else {},
            exception=error,
            context=self._context,
        )

    def _count_active(self, change: int) -> None:
        if self._instruments is not None:
            names = ("url.scheme", "http.request.method")
            attributes = {name: self._attributes[name] for name in names}
            self._instruments.active.add(change, attributes)
