"""From a path operation to its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail._plan.model import Overrides, Plan, WebSocketPlan
from dovetail._plan.reference import Interpreter
from dovetail._plan.run import request_response, websocket_session

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant
    from dovetail.routing.config import OperationConfig


def compile_operation(
    config: OperationConfig, dependant: Dependant, *, overrides: Overrides | None = None
) -> Plan:
    """Compile an HTTP path operation; `overrides` replace dependencies by others."""
    interpreter = Interpreter(config, dependant, overrides or {})
    return Plan(app=request_response(interpreter.handle), handle=interpreter.handle)


def compile_websocket(
    config: OperationConfig, dependant: Dependant, *, overrides: Overrides | None = None
) -> WebSocketPlan:
    """Compile a WebSocket operation."""
    interpreter = Interpreter(config, dependant, overrides or {})
    return WebSocketPlan(app=websocket_session(interpreter.serve), handle=interpreter.serve)
