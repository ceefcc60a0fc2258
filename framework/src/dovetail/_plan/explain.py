"""A plan as text: what is read, what runs in which order, how the response is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dovetail._plan.credentials import compile_credentials
from dovetail._plan.extract import SOURCES
from dovetail._plan.nodes import ASYNC_GENERATOR, FUNCTION, GENERATOR, Node
from dovetail._schemas import validates_json_alike
from dovetail.dependencies.aliases import aliases
from dovetail.dependencies.body import is_whole_body
from dovetail.dependencies.callables import unwrapped

if TYPE_CHECKING:
    from dovetail._plan.operation import Operation

_INDENT = "   "


def explain(operation: Operation) -> tuple[str, ...]:
    """Return one line per thing that a request to `operation` costs."""
    endpoint = operation.endpoint
    lines = [*_body(operation)]
    for node in operation.nodes:
        lines += _step(f"{node.slot + 1}.", node, _threaded_with(operation, node))
    lines += _step("call", endpoint, "")
    lines += _response(operation)
    lines.append(_summary(operation))
    return tuple(lines)


def name_of(call: Any) -> str:
    """Return the name by which users know a callable."""
    call = unwrapped(call)
    name = getattr(call, "__qualname__", None) or type(call).__qualname__
    return str(name).replace("<locals>.", "")


def _step(label: str, node: Node, note: str) -> list[str]:
    kind = node.kind
    if kind in (GENERATOR, ASYNC_GENERATOR) and node.slot >= 0:
        end = "before the response" if node.ends_early else "after the response"
        kind = f"{kind}, ended {end}"
    concurrency = node.dependant.concurrency
    if concurrency is not None:
        kind += f", at most {concurrency.max_concurrency} at a time"
    if compile_credentials(node) is not None:
        kind = "security scheme"
    lines = [f"{label} {name_of(node.call)} ({kind}{note})"]
    if node.inputs:
        inputs = ", ".join(f"{name} from {slot + 1}" for name, slot in node.inputs)
        lines.append(f"{_INDENT}takes {inputs}")
    return lines + _parameters(node) + _injected(node)


def _parameters(node: Node) -> list[str]:
    parameters = node.parameters
    lines = []
    if parameters.joint:
        read = "; ".join(
            f"{source} {_names(fields)}" for source, fields in parameters.joint.items()
        )
        lines.append(f"{_INDENT}reads {read}: one validator")
    for source in SOURCES:
        fields = parameters.single.get(source)
        if fields:
            lines.append(f"{_INDENT}reads {source} {_names(fields)}: one by one")
    if node.dependant.body_params:
        lines.append(f"{_INDENT}reads body {_names(node.dependant.body_params)}")
    return lines


def _names(fields: Any) -> str:
    return ", ".join(aliases(field)[0][1] for field in fields)


def _injected(node: Node) -> list[str]:
    dependant = node.dependant
    names = {
        "the request": dependant.request_param_name or dependant.http_connection_param_name,
        "the WebSocket": dependant.websocket_param_name,
        "the response": dependant.response_param_name,
        "background tasks": dependant.background_tasks_param_name,
        "security scopes": dependant.security_scopes_param_name,
    }
    given = [thing for thing, name in names.items() if name]
    return [f"{_INDENT}is given {', '.join(given)}"] if given else []


def _body(operation: Operation) -> list[str]:
    config = operation.config
    if config.body_field is None:
        return []
    if operation.reads_form:
        return ["body: a form, value by value"]
    fields = operation.endpoint.dependant.body_params
    is_one = not operation.nodes and is_whole_body(fields, config.embed_body_fields)
    if is_one and validates_json_alike(fields[0]) and not operation.endpoint.injects:
        return [f"body: JSON, validated while it is parsed, as {fields[0].name}"]
    return ["body: JSON, parsed, then validated"]


def _threaded_with(operation: Operation, node: Node) -> str:
    """Say where several blocking dependencies share a thread."""
    if any(step.node is node for step in operation.tail):
        return ", in the thread of the call"
    steps = operation.steps
    step = steps[node.slot]
    before = node.slot and steps[node.slot - 1].is_threaded
    return ", in the same thread" if step.is_threaded and before else ""


def _response(operation: Operation) -> list[str]:
    config = operation.config
    field = config.response_field
    if config.is_sse_stream:
        return ["response: server-sent events"]
    if config.is_json_stream:
        return ["response: JSON Lines"]
    if operation.endpoint.kind in (GENERATOR, ASYNC_GENERATOR):
        return [f"response: {config.response_class.__name__} of what is yielded"]
    if field is None:
        how = "JSON" if operation.render is not None else config.response_class.__name__
        return [f"response: {how}, not validated"]
    annotation = field.field_info.annotation
    name = getattr(annotation, "__name__", None) if isinstance(annotation, type) else None
    how = "written by pydantic-core" if operation.render else config.response_class.__name__
    return [f"response: {name or annotation}, validated, {how}"]


def _summary(operation: Operation) -> str:
    hops = thread_hops(operation)
    ends = sum(node.kind in (GENERATOR, ASYNC_GENERATOR) for node in operation.nodes)
    validators = sum(bool(node.parameters.joint) for node in _all(operation))
    counts = [
        _count(validators, "validator"),
        _count(hops, "thread hop"),
        _count(ends, "dependency to end", "dependencies to end"),
    ]
    return f"cost: {', '.join(counts)}"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _all(operation: Operation) -> list[Node]:
    return [*operation.nodes, operation.endpoint]


def thread_hops(operation: Operation) -> int:
    """Return how many times a request waits for a worker thread."""
    hops = int(operation.endpoint.kind == FUNCTION)
    previous = False
    for step in operation.steps[: len(operation.steps) - len(operation.tail)]:
        blocks = step.node.kind in (FUNCTION, GENERATOR)
        hops += blocks and not (previous and step.is_threaded)
        previous = step.is_threaded
    return hops + sum(node.kind == GENERATOR for node in operation.nodes)
