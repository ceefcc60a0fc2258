"""From a path operation to its plan."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dovetail._plan.handle import compile_handle, compile_serve
from dovetail._plan.http import compile_app
from dovetail._plan.model import Overrides, Plan, WebSocketPlan
from dovetail._plan.nodes import Sequencer
from dovetail._plan.operation import Operation
from dovetail._plan.reference import Interpreter
from dovetail._plan.run import request_response, websocket_session

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant
    from dovetail.routing.config import OperationConfig

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
        return Plan(app=request_response(interpreter.handle), handle=interpreter.handle)
    sequencer = Sequencer(overrides or {})
    endpoint = sequencer.add(dependant)
    operation = Operation(config, sequencer.nodes, endpoint)
    return Plan(app=compile_app(operation), handle=compile_handle(operation))


def compile_websocket(
    config: OperationConfig, dependant: Dependant, *, overrides: Overrides | None = None
) -> WebSocketPlan:
    """Compile a WebSocket operation."""
    if uses_reference():
        interpreter = Interpreter(config, dependant, overrides or {})
        return WebSocketPlan(app=websocket_session(interpreter.serve), handle=interpreter.serve)
    sequencer = Sequencer(overrides or {})
    endpoint = sequencer.add(dependant)
    serve = compile_serve(Operation(config, sequencer.nodes, endpoint))
    return WebSocketPlan(app=websocket_session(serve), handle=serve)
