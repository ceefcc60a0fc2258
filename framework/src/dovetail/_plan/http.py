"""HTTP path operations as ASGI applications."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dovetail._plan.call import ABSENT, Call, Invalid
from dovetail._plan.careful import examine
from dovetail._plan.failures import ALREADY_STARTED, call_handler, find_handler
from dovetail._plan.intake import take_body
from dovetail._plan.location import endpoint_context
from dovetail._plan.nodes import COROUTINE, FUNCTION, Node
from dovetail._plan.output import Render, Where, compile_render
from dovetail._plan.resolve import Run, Step, compile_steps
from dovetail._plan.respond import make_response
from dovetail._plan.run import (
    FUNCTION_STACK,
    NO_RESPONSE,
    REQUEST_STACK,
    run_late_tasks,
    task_count,
)
from dovetail._plan.sse import sse_response
from dovetail._plan.stream import stream_response
from dovetail._plan.threads import in_thread
from dovetail.exceptions import DovetailError, EndpointContext

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig

JSON = (b"content-type", b"application/json")
# PERF(length): most bodies are short, and their length need not be formatted again.
_LENGTHS = [str(number).encode() for number in range(4096)]


def length_header(body: bytes) -> tuple[bytes, bytes]:
    """Return the header that says how long `body` is."""
    length = len(body)
    return b"content-length", _LENGTHS[length] if length < 4096 else str(length).encode()


class Operation:
    """A compiled HTTP operation: its steps, and what they need."""

    def __init__(self, config: OperationConfig, nodes: list[Node], endpoint: Node) -> None:
        self.config = config
        self.nodes = nodes
        self.endpoint = endpoint
        embed = config.embed_body_fields
        form = config.body_field is not None and _is_form(config)
        self.steps = [Step(node, embed=embed, reads_form=form) for node in nodes]
        self.last = Step(endpoint, embed=embed, reads_form=form)
        self.runs: list[Run] = compile_steps(self.steps)
        self.render: Render | None = compile_render(config)
        if endpoint.kind not in (COROUTINE, FUNCTION):
            self.render = None

    def where(self, scope: Scope) -> EndpointContext:
        """Return where the path operation function is defined."""
        dependant = self.endpoint.dependant
        return endpoint_context(dependant.call, dependant.path, scope)

    async def resolve(self, call: Call) -> dict[str, Any]:
        """Run the dependencies, and return the arguments of the path operation function."""
        if self.config.body_field is not None:
            await take_body(call, self.config, lambda: self.where(call.scope))
        try:
            for run in self.runs:
                await run(call)
            return await self.last.arguments(call)
        except Invalid:
            return await examine(self, call)

    async def respond(self, call: Call, arguments: dict[str, Any]) -> Response | bytes:
        """Call the path operation function, and return its response, or its result as JSON."""
        function = self.last.call

        def where() -> EndpointContext:
            return self.where(call.scope)

        if self.endpoint.kind == COROUTINE:
            return await self.finish(call, await function(**arguments), where)
        if self.endpoint.kind == FUNCTION:
            return await self._respond_in_thread(call, arguments, where)
        outcome = (call.get_response(), call.background, where)
        if self.config.is_sse_stream:
            return await sse_response(self.config, function, arguments, *outcome, call.stack)
        return stream_response(self.config, function, arguments, *outcome)

    async def _respond_in_thread(
        self, call: Call, arguments: dict[str, Any], where: Where
    ) -> Response | bytes:
        function, render = self.last.call, self.render

        def work() -> Any:
            result = function(**arguments)
            if render is None or call.is_customised or isinstance(result, Response):
                return result
            # Validation goes with the function, in the same thread.
            return _Rendered(render(result, where))

        result = await in_thread(work)
        if type(result) is _Rendered:
            return result.body
        return await self.finish(call, result, where, in_thread=True)

    async def finish(
        self, call: Call, result: Any, where: Where, *, in_thread: bool = False
    ) -> Response | bytes:
        """Return what to send for a result: JSON alone, or a response."""
        render = self.render
        if render is not None and not call.is_customised and not isinstance(result, Response):
            return render(result, where)
        return await make_response(
            self.config, result, call.get_response(), call.background, where, in_thread=in_thread
        )


class _Rendered:
    """JSON that was made in the thread of the path operation function."""

    __slots__ = ("body",)

    def __init__(self, body: bytes) -> None:
        self.body = body


def _is_form(config: OperationConfig) -> bool:
    from dovetail._plan.body import is_form

    return is_form(config)


def compile_handle(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler for `get_route_handler()`: exit stacks come with the request."""

    async def handle(request: Request) -> Response:
        call = Call(request.scope, request.receive, request._send, len(operation.nodes))
        call.connection = request
        call.stack = request.scope[REQUEST_STACK]
        attach_exits(call)
        arguments = await operation.resolve(call)
        result = await operation.respond(call, arguments)
        if not isinstance(result, Response):
            status = operation.config.status_code or 200
            return Response(result, status_code=status, media_type="application/json")
        return result

    return handle


def attach_exits(call: Call) -> None:
    """Let the stacks of the scope end the dependencies of `call`."""

    async def leave_request(kind: Any, exc: BaseException | None, traceback: Any) -> bool:
        return await _leave_in_stack(call, exc)

    async def leave_function(kind: Any, exc: BaseException | None, traceback: Any) -> bool:
        remaining = await call.function_exits.leave(exc)
        return _settled(exc, remaining)

    request_stack: AsyncExitStack = call.scope[REQUEST_STACK]
    function_stack: AsyncExitStack = call.scope[FUNCTION_STACK]
    request_stack.push_async_exit(leave_request)
    function_stack.push_async_exit(leave_function)


async def _leave_in_stack(call: Call, exc: BaseException | None) -> bool:
    remaining = await call.exits.leave(exc)
    call.cleanup.leave(remaining)
    if call.form is not None:
        await call.form.close()
    return _settled(exc, remaining)


def _settled(before: BaseException | None, after: BaseException | None) -> bool:
    """Say to an exit stack what became of an exception: swallowed or not; raise a new one."""
    if after is not None and after is not before:
        raise after
    return before is not None and after is None


def compile_app(operation: Operation) -> ASGIApp:
    """Return the ASGI application of any operation."""
    config = operation.config
    status = config.status_code or 200
    size = len(operation.nodes)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(scope, receive, send, size)
        try:
            await serve(call)
        except Exception as exc:
            await fail(call, exc)
        finally:
            if call.form is not None:
                await call.form.close()

    async def serve(call: Call) -> None:
        exc: BaseException | None = None
        result: Any = ABSENT
        background: Any = None
        count = 0
        try:
            try:
                result = await operation.respond(call, await operation.resolve(call))
            except BaseException as raised:
                exc = raised
            if call.function_exits:
                exc = await call.function_exits.leave(exc)
            if exc is not None:
                raise exc
            if result is ABSENT:
                raise DovetailError(NO_RESPONSE)
            background = call.background if type(result) is bytes else result.background
            count = task_count(background)
            await deliver(call, result)
        except BaseException as raised:
            exc = raised
        exc = await call.leave(exc)
        if exc is not None:
            raise exc
        if result is ABSENT or not call.started:
            raise DovetailError(NO_RESPONSE)
        if task_count(background) > count:
            await run_late_tasks(background, count)

    async def deliver(call: Call, result: Any) -> None:
        call.started = True
        if type(result) is not bytes:
            await result(call.scope, call.receive, call.send)
            return
        headers = [length_header(result), JSON]
        await call.send({"type": "http.response.start", "status": status, "headers": headers})
        await call.send({"type": "http.response.body", "body": result})
        if call.background is not None:
            await call.background()

    return app


async def fail(call: Call, exc: Exception) -> None:
    """Answer by the handler that is registered for `exc`, or raise it."""
    handler = find_handler(call.scope, exc)
    if handler is None:
        raise exc
    if call.started:
        raise RuntimeError(ALREADY_STARTED) from exc
    response = await call_handler(handler, call.connection, exc)
    if response is not None:
        await response(call.scope, call.receive, call.send)
    # The same instance may be raised again; its traceback would grow and keep frames alive.
    exc.__traceback__ = None
