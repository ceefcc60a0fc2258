"""The execution of an operation that is observed, beside its plan, which is not.

Observed requests are run by the plain interpreter, with spans around its steps. So plans stay free
of telemetry, and a request that is not observed costs one look into its scope.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from dovetail._plan.model import Overrides, Plan, WebSocketPlan
from dovetail._plan.reference import Interpreter, Outcome, Solver
from dovetail._plan.run import request_response, websocket_session
from dovetail.dependencies.callables import is_coroutine_callable
from dovetail.exceptions import RequestValidationError, WebSocketRequestValidationError
from dovetail.routing.frontend import FrontendRoute
from dovetail.telemetry.data import SCOPE_KEY, RequestTelemetry, TelemetryData
from dovetail.telemetry.operations import operation, record_invalid, traced

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant
    from dovetail.routing.config import OperationConfig

AnyPlan = TypeVar("AnyPlan", Plan, WebSocketPlan)


def observable(
    plan: AnyPlan, config: OperationConfig, dependant: Dependant, overrides: Overrides | None
) -> AnyPlan:
    """Return `plan`, made to hand requests that are observed to the interpreter."""
    if isinstance(getattr(dependant.call, "__self__", None), FrontendRoute):
        # The framework's own work; the request's span says all there is to know.
        return plan
    interpreter = ObservedInterpreter(config, dependant, overrides or {})
    any_plan: Any = plan
    run: Any
    if isinstance(any_plan, Plan):
        run, observed = interpreter.handle, request_response(interpreter.handle)
    else:
        run, observed = interpreter.serve, websocket_session(interpreter.serve)
    quiet = plan.app

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        chosen: ASGIApp = observed if SCOPE_KEY in scope else quiet
        await chosen(scope, receive, send)

    quiet_handle: Any = plan.handle

    async def handle(connection: Any) -> Any:
        chosen = run if SCOPE_KEY in connection.scope else quiet_handle
        return await chosen(connection)

    return replace(plan, app=app, handle=handle)


class ObservedInterpreter(Interpreter):
    """The plain interpreter that says what it does."""

    async def handle(self, request: Request) -> Response:
        """Return the response; see `Interpreter.handle`."""
        telemetry = _telemetry(request.scope)
        if telemetry.data is not None:
            telemetry.data.request = request
        try:
            return await super().handle(request)
        except RequestValidationError as error:
            record_invalid(telemetry, error)
            raise

    async def serve(self, websocket: WebSocket) -> None:
        """Serve the WebSocket; see `Interpreter.serve`."""
        telemetry = _telemetry(websocket.scope)
        if telemetry.data is not None:
            telemetry.data.websocket = websocket
        try:
            await super().serve(websocket)
        except WebSocketRequestValidationError as error:
            record_invalid(telemetry, error)
            raise

    async def _solve(self, solver: Solver) -> tuple[dict[str, Any], list[Any]]:
        data = _data(solver.connection.scope)
        if data is not None and isinstance(solver.connection, Request):
            data.body = solver.shown_body()
        with operation("dependencies", self.dependant.call):
            values, errors = await super()._solve(solver)
        if data is not None and not errors:
            data.values, data.errors = values, errors
        return values, errors

    async def _call_endpoint(self, values: dict[str, Any]) -> Any:
        call = self.dependant.call
        assert call is not None
        if not is_coroutine_callable(call):
            # In the worker thread, so that the span tells when the function itself ran.
            return await run_in_threadpool(traced("endpoint", call), **values)
        with operation("endpoint", call):
            return await call(**values)

    async def _serve_endpoint(self, values: dict[str, Any]) -> None:
        with operation("endpoint", self.dependant.call):
            await super()._serve_endpoint(values)

    async def _make_response(self, result: Any, outcome: Outcome, *, in_thread: bool) -> Response:
        if isinstance(result, Response):
            return await super()._make_response(result, outcome, in_thread=in_thread)
        with operation("serialization", self.dependant.call):
            return await super()._make_response(result, outcome, in_thread=in_thread)


def _telemetry(scope: Scope) -> RequestTelemetry:
    telemetry: RequestTelemetry = scope[SCOPE_KEY]
    return telemetry


def _data(scope: Scope) -> TelemetryData | None:
    return _telemetry(scope).data
