"""HTTP path operations as ASGI applications: one for each amount of work that is needed."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dovetail._plan.call import Call, Invalid
from dovetail._plan.careful import examine, invalid_request
from dovetail._plan.failures import (
    ALREADY_STARTED,
    RESPONSE_STARTED,
    call_handler,
    find_class_handler,
    find_handler,
)
from dovetail._plan.intake import (
    declares_json,
    parse_body,
    reads_customarily,
    receive_into,
    take_body,
)
from dovetail._plan.nodes import COROUTINE
from dovetail._plan.operation import Operation
from dovetail._plan.output import errors_to_json, json_errors_to_json
from dovetail._plan.sse import EventStream
from dovetail._pydantic import ValidationError, errors_at
from dovetail._schemas import are_worded_alike, validates_json_alike
from dovetail.dependencies.body import is_whole_body
from dovetail.dependencies.values import Errors
from dovetail.exception_handlers import request_validation_exception_handler
from dovetail.exceptions import RequestValidationError

JSON = (b"content-type", b"application/json")
# PERF(length): most bodies are short, and their length need not be formatted again.
_LENGTHS = [str(number).encode() for number in range(4096)]


def json_headers(body: bytes) -> list[tuple[bytes, bytes]]:
    """Return the headers of a response whose body is JSON."""
    length = len(body)
    text = _LENGTHS[length] if length < 4096 else str(length).encode()
    return [(b"content-length", text), JSON]


def compile_app(operation: Operation) -> ASGIApp:
    """Return the ASGI application that does no more than the operation needs."""
    if operation.has_exits:
        from dovetail._plan.ending import AppWithExits

        return AppWithExits(operation)
    endpoint = operation.endpoint
    is_direct = (
        not operation.nodes
        and not endpoint.injects
        and endpoint.kind == COROUTINE
        and operation.render is not None
    )
    if is_direct and not operation.reads_body:
        return _direct_app(operation)
    if is_direct and _takes_one_model(operation):
        return _model_app(operation)
    return _plain_app(operation)


def _takes_one_model(operation: Operation) -> bool:
    """Whether the body is one value that pydantic-core can validate as it parses it."""
    fields = operation.endpoint.dependant.body_params
    if operation.reads_form or not is_whole_body(fields, operation.config.embed_body_fields):
        return False
    return validates_json_alike(fields[0])


async def send_json(send: Send, status: int, body: bytes) -> None:
    """Send a response whose body is JSON."""
    await send({"type": "http.response.start", "status": status, "headers": json_headers(body)})
    await send({"type": "http.response.body", "body": body})


def _begins_at_once(kind: type[Response]) -> bool:
    """Whether the first thing that such a response does is to begin."""
    if issubclass(kind, StreamingResponse):
        begins = kind.stream_response in (
            StreamingResponse.stream_response,
            EventStream.stream_response,
        )
        return begins and kind.__call__ is StreamingResponse.__call__
    return kind.__call__ is Response.__call__


async def send_response(call: Call, response: Response) -> None:
    """Send a response object, which may fail before it has begun (a file that is not there)."""
    send = call.send
    if _begins_at_once(type(response)):
        # PERF(response): without looking at each message.
        call.started = True
        await response(call.scope, call.receive, send)
        return

    async def noting_start(message: Message) -> None:
        call.started = True
        await send(message)

    await response(call.scope, call.receive, noting_start)


async def fail(call: Call, exc: Exception) -> None:
    """Answer by the handler that is registered for `exc`, or raise it."""
    handler = find_handler(call.scope, exc)
    if call.started:
        call.scope[RESPONSE_STARTED] = True
    if handler is None:
        raise exc
    if call.started:
        raise RuntimeError(ALREADY_STARTED) from exc
    if handler is request_validation_exception_handler and type(exc) is RequestValidationError:
        # PERF(422): what this handler does, without a request and a response object.
        await send_json(call.send, 422, errors_to_json(exc.errors()))
        return
    response = await call_handler(handler, call.connection, exc)
    if response is not None:
        await response(call.scope, call.receive, call.send)
    # The same instance may be raised again; its traceback would grow and keep frames alive.
    exc.__traceback__ = None


async def refuse(operation: Operation, call: Call, errors: Errors) -> None:
    """Answer a request whose body is invalid, by the handler that is registered for that."""
    handler = find_class_handler(call.scope, RequestValidationError)
    if handler is request_validation_exception_handler:
        # PERF(422): nobody sees the exception, so it is not made, nor the body decoded for it.
        await send_json(call.send, 422, json_errors_to_json(errors))
        return
    parse_body(call, operation.config, operation.where)
    raise invalid_request(operation, call, errors)


def _direct_app(operation: Operation) -> ASGIApp:
    """Return the application of a coroutine function that needs nothing but parameters."""
    function = operation.last.call
    extract = operation.endpoint.parameters.extract
    render = operation.render
    status = operation.config.status_code or 200
    assert render is not None

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        started = False
        try:
            if extract is None:
                result = await function()
            else:
                try:
                    arguments = extract(scope)
                except Invalid:
                    arguments = await examine(operation, Call(scope, receive, send, 0))
                result = await function(**arguments)
            if isinstance(result, Response):
                call = Call(scope, receive, send, 0)
                try:
                    await send_response(call, result)
                finally:
                    started = call.started
                return
            body = render(result, scope)
            started = True
            await send(
                {"type": "http.response.start", "status": status, "headers": json_headers(body)}
            )
            await send({"type": "http.response.body", "body": body})
        except Exception as exc:
            call = Call(scope, receive, send, 0)
            call.started = started
            await fail(call, exc)

    return app


def _model_app(operation: Operation) -> ASGIApp:
    """Return the application of a coroutine function that takes parameters and one JSON value."""
    function = operation.last.call
    extract = operation.endpoint.parameters.extract
    render = operation.render
    config = operation.config
    status = config.status_code or 200
    strict = config.strict_content_type
    [field] = operation.endpoint.dependant.body_params
    name = field.name
    validate_json = field.validator.validate_json
    assert render is not None

    async def read(call: Call) -> dict[str, Any] | None:
        """Return the arguments, the body from its bytes to the model in one go.

        None when the body is invalid and that has been answered.
        """
        if not reads_customarily():
            await take_body(call, config, operation.where)
            return await examine(operation, call)
        await receive_into(call)
        if call.raw_body and declares_json(call.scope, strict=strict):
            try:
                arguments = {} if extract is None else extract(call.scope)
                arguments[name] = validate_json(call.raw_body)
                return arguments
            except ValidationError as exc:
                errors = errors_at(exc, ("body",))
                if are_worded_alike(errors):
                    await refuse(operation, call, errors)
                    return None
            except Invalid:
                pass
        parse_body(call, config, operation.where)
        return await examine(operation, call)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(scope, receive, send, 0)
        try:
            arguments = await read(call)
            if arguments is None:
                return
            result = await function(**arguments)
            if isinstance(result, Response):
                await send_response(call, result)
                return
            body = render(result, scope)
            call.started = True
            await send(
                {"type": "http.response.start", "status": status, "headers": json_headers(body)}
            )
            await send({"type": "http.response.body", "body": body})
        except Exception as exc:
            await fail(call, exc)

    return app


async def deliver(call: Call, result: Any, status: int) -> None:
    """Send what the operation produced, and run the background tasks."""
    if type(result) is not bytes:
        await send_response(call, result)
        return
    call.started = True
    await call.send(
        {"type": "http.response.start", "status": status, "headers": json_headers(result)}
    )
    await call.send({"type": "http.response.body", "body": result})
    if call.background is not None:
        await call.background()


def _plain_app(operation: Operation) -> ASGIApp:
    """Return the application of an operation of which nothing has to be ended."""
    status = operation.config.status_code or 200
    size = len(operation.nodes)
    produce = operation.produce

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(scope, receive, send, size)
        try:
            await deliver(call, await produce(call), status)
        except Exception as exc:
            await fail(call, exc)
        finally:
            if call.form is not None:
                await call.form.close()

    return app
