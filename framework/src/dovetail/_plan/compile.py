"""From a path operation to its plan."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeVar

from dovetail._plan.handle import compile_handle, compile_serve
from dovetail._plan.http import compile_app
from dovetail._plan.model import Overrides, Plan, WebSocketPlan
from dovetail._plan.nodes import Sequencer
from dovetail._plan.operation import Operation
from dovetail._plan.reference import Interpreter
from dovetail._plan.run import request_response, websocket_session
from dovetail._plan.websocket import compile_session

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant
    from dovetail.routing.config import OperationConfig

AnyPlan = TypeVar("AnyPlan", Plan, WebSocketPlan)

EXECUTOR = "DOVETAIL_EXECUTOR"


def uses_reference() -> bool:
    """Whether the environment asks for the plain interpreter in place of plans."""
    return os.environ.get(EXECUTOR) == "reference"


def compile_operation(
    config: OperationConfig, dependant: Dependant, *, overrides: Overrides | None = None
) -> Plan:
    """Compile an HTTP path operation; `overrides` replace dependencies by others."""
    if uses_reference():
        interpreter = Interpreter(config, dependant, overrides or {})
        plan = Plan(app=request_response(interpreter.handle), handle=interpreter.handle)
    else:
        sequencer = Sequencer(overrides or {})
        endpoint = sequencer.add(dependant)
        operation = Operation(config, sequencer.nodes, endpoint)
        plan = Plan(
            app=compile_app(operation), handle=compile_handle(operation), operation=operation
        )
    return _observable(plan, config, dependant, overrides)


def compile_websocket(
    config: OperationConfig, dependant: Dependant, *, overrides: Overrides | None = None
) -> WebSocketPlan:
    """Compile a WebSocket operation."""
    if uses_reference():
        interpreter = Interpreter(config, dependant, overrides or {})
        plan = WebSocketPlan(websocket_session(interpreter.serve), interpreter.serve)
    else:
        sequencer = Sequencer(overrides or {})
        endpoint = sequencer.add(dependant)
        operation = Operation(config, sequencer.nodes, endpoint)
        serve = compile_serve(operation)
        plan = WebSocketPlan(compile_session(operation, serve), serve, operation)
    return _observable(plan, config, dependant, overrides)


def _observable(
    plan: AnyPlan, config: OperationConfig, dependant: Dependant, overrides: Overrides | None
) -> AnyPlan:
    """Let requests be observed where OpenTelemetry is in use; elsewhere the plan stays as it is."""
    if "opentelemetry" not in sys.modules:
        return plan
    from dovetail.telemetry.observed import observable

    return observable(plan, config, dependant, overrides)
