"""Collecting the arguments of one callable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.datastructures import FormData

from dovetail._plan.call import Call, Invalid
from dovetail._plan.nodes import Node
from dovetail._pydantic import Undefined, ValidationError
from dovetail.dependencies.body import FormArguments, data_to_args, is_whole_body
from dovetail.dependencies.graph import oauth_scopes
from dovetail.security.oauth2 import SecurityScopes

# Gives the arguments of a callable; raises `Invalid`.
Gather = Callable[[Call], dict[str, Any]]
# Adds to the arguments.
Add = Callable[[Call, dict[str, Any]], None]


def nothing(call: Call) -> dict[str, Any]:
    """Give no arguments."""
    return {}


def compile_gather(node: Node, *, embed: bool) -> Gather:
    """Return what collects the arguments of `node`, those from a form left out."""
    extract = node.parameters.extract
    added = [
        add
        for add in (_inputs(node), compile_injection(node), _body_data(node, embed))
        if add is not None
    ]
    if extract is None:
        return _from_slots(node.inputs) if len(added) <= bool(node.inputs) else _adding(added)
    if not added:
        return lambda call: extract(call.scope)

    def gather(call: Call) -> dict[str, Any]:
        arguments = extract(call.scope)
        for add in added:
            add(call, arguments)
        return arguments

    return gather


def _adding(added: list[Add]) -> Gather:
    def gather(call: Call) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        for add in added:
            add(call, arguments)
        return arguments

    return gather


def _inputs(node: Node) -> Add | None:
    inputs = node.inputs
    if not inputs:
        return None

    def add(call: Call, arguments: dict[str, Any]) -> None:
        slots = call.slots
        for name, slot in inputs:
            arguments[name] = slots[slot]

    return add


def _from_slots(inputs: list[tuple[str, int]]) -> Gather:
    if not inputs:
        return nothing
    if len(inputs) == 1:
        [(only_name, only_slot)] = inputs
        return lambda call: {only_name: call.slots[only_slot]}

    def gather(call: Call) -> dict[str, Any]:
        slots = call.slots
        return {name: slots[slot] for name, slot in inputs}

    return gather


def _body_data(node: Node, embed: bool) -> Add | None:
    """Return what adds the arguments that come from a body which is no form."""
    fields = node.dependant.body_params
    if not fields:
        return None
    if is_whole_body(fields, embed):
        return _whole_body(node)

    def add(call: Call, arguments: dict[str, Any]) -> None:
        if isinstance(call.body, FormData):
            return
        values, errors = data_to_args(fields, call.body, embed)
        if errors:
            raise Invalid
        arguments.update(values)

    return add


def _whole_body(node: Node) -> Add:
    [field] = node.dependant.body_params
    name = field.name
    validate = field.validator.validate_python

    def add(call: Call, arguments: dict[str, Any]) -> None:
        body = call.body
        if isinstance(body, FormData):
            return
        if body is Undefined:
            values, errors = data_to_args([field], body, False)
            if errors:
                raise Invalid
            arguments.update(values)
            return
        try:
            arguments[name] = validate(body, from_attributes=True)
        except ValidationError:
            raise Invalid from None

    return add


async def add_form(form: FormArguments, slot: int, call: Call, arguments: dict[str, Any]) -> None:
    """Add the arguments that come from a form; raise `Invalid`."""
    if isinstance(call.body, FormData):
        values, errors = await form.read(call.body)
        if errors:
            call.form_results = {**call.form_results, slot: (values, errors)}
            raise Invalid
        arguments.update(values)


def compile_injection(node: Node) -> Add | None:
    """Return what adds objects of the request to the arguments of `node`, None for nothing."""
    dependant = node.dependant
    # A WebSocket operation has no request to give, and a request no WebSocket.
    connections = [
        (dependant.http_connection_param_name, ("http", "websocket")),
        (dependant.request_param_name, ("http",)),
        (dependant.websocket_param_name, ("websocket",)),
    ]
    named = [(name, types) for name, types in connections if name]
    background = dependant.background_tasks_param_name
    response = dependant.response_param_name
    security_scopes = dependant.security_scopes_param_name
    if not (named or background or response or security_scopes):
        return None
    scopes = oauth_scopes(dependant=dependant)
    if security_scopes and not (named or background or response):
        # PERF(scopes): the usual case, without asking what else there is.
        return _scopes_alone(security_scopes, scopes)

    def inject(call: Call, arguments: dict[str, Any]) -> None:
        for name, types in named:
            if call.scope["type"] in types:
                arguments[name] = call.connection
        if background:
            arguments[background] = call.get_background()
        if response:
            arguments[response] = call.get_response()
        if security_scopes:
            arguments[security_scopes] = SecurityScopes(scopes=[*scopes])

    return inject


def _scopes_alone(name: str, scopes: list[str]) -> Add:
    def inject(call: Call, arguments: dict[str, Any]) -> None:
        # A list of its own each time, for it may be changed.
        arguments[name] = SecurityScopes(scopes.copy())

    return inject
