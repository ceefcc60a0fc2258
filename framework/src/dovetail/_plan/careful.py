"""What is wrong with an invalid request: the slow way, after the fast one has refused it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dovetail._plan.call import ABSENT, Call
from dovetail._plan.extract import plain_values
from dovetail._plan.intake import body_of
from dovetail._plan.nodes import Node
from dovetail.dependencies.body import body_to_args
from dovetail.dependencies.values import Errors, params_to_args, validated
from dovetail.exceptions import (
    RequestValidationError,
    ValidationException,
    WebSocketRequestValidationError,
)

if TYPE_CHECKING:
    from dovetail._plan.operation import Operation
    from dovetail._plan.resolve import Step


async def examine(operation: Operation, call: Call) -> dict[str, Any]:
    """Run the remaining dependencies as far as their own parameters are valid.

    Raises `RequestValidationError` with all errors of the request. Returns the arguments of the
    path operation function in the case that the plain rules find nothing wrong.
    """
    errors: dict[int, Errors] = {}
    for step in operation.steps:
        if call.slots[step.slot] is not ABSENT:
            continue
        arguments, found = await _arguments(step, call, errors)
        if found or _is_blocked(step.node, errors):
            errors[step.slot] = found
        else:
            call.slots[step.slot] = await step.execute(call, arguments)
    last = operation.last
    arguments, found = await _arguments(last, call, errors)
    if found or _is_blocked(last.node, errors):
        errors[-1] = found
        raise invalid_request(operation, call, _collected(operation, operation.endpoint, errors))
    return arguments


def _is_blocked(node: Node, errors: dict[int, Errors]) -> bool:
    """Whether something that `node` needs could not be had."""
    return any(slot in errors for slot in node.children)


async def _arguments(
    step: Step, call: Call, errors: dict[int, Errors]
) -> tuple[dict[str, Any], Errors]:
    node = step.node
    slots = call.slots
    arguments = {name: slots[slot] for name, slot in node.inputs}
    found: Errors = []
    for source, fields in node.parameters.by_source:
        values, wrong = params_to_args(fields, plain_values(call.connection, source))
        arguments.update(values)
        found += wrong
    if node.dependant.body_params:
        values, wrong = await _body_arguments(step, call)
        arguments.update(values)
        found += wrong
    if step.inject is not None:
        step.inject(call, arguments)
    return arguments, found


async def _body_arguments(step: Step, call: Call) -> tuple[dict[str, Any], Errors]:
    fields = step.node.dependant.body_params
    if step.slot in call.form_results:
        return call.form_results[step.slot]
    if step.takes_whole_body and not step.reads_form:
        value, wrong = validated(fields[0], call.body, ("body",))
        return {fields[0].name: value}, wrong
    return await body_to_args(fields, call.body, step.embed)


def invalid_request(operation: Operation, call: Call, errors: Errors) -> ValidationException:
    """Return what to raise for a request with `errors`."""
    where = operation.where(call.scope)
    if call.scope["type"] == "websocket":
        return WebSocketRequestValidationError(errors, endpoint_ctx=where)
    return RequestValidationError(errors, body=body_of(call), endpoint_ctx=where)


def _collected(operation: Operation, node: Node, errors: dict[int, Errors]) -> Errors:
    """Return the errors in the order of the tree, those of a shared dependency at each place."""
    result: Errors = []
    for slot in node.children:
        if slot in errors:
            result += _collected(operation, operation.nodes[slot], errors)
    return result + errors.get(node.slot, [])
