"""Path operations compiled to plans: decided once, at first use, then only carried out."""

from dovetail._plan.compile import compile_operation as compile_operation
from dovetail._plan.compile import compile_websocket as compile_websocket
from dovetail._plan.model import Plan as Plan
from dovetail._plan.model import WebSocketPlan as WebSocketPlan
