"""From a path operation to its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dovetail._plan.model import Overrides, Plan, WebSocketPlan

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant
    from dovetail.routing.config import OperationConfig


def compile_operation(
    config: OperationConfig, dependant: Dependant, *, overrides: Overrides | None = None
) -> Plan:
    """Compile an HTTP path operation; `overrides` replace dependencies by others."""
    raise NotImplementedError


def compile_websocket(
    config: OperationConfig, dependant: Dependant, *, overrides: Overrides | None = None
) -> WebSocketPlan:
    """Compile a WebSocket operation."""
    raise NotImplementedError
