"""An HTTP path operation with all that was decided about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Scope

from dovetail._plan.body import is_form
from dovetail._plan.call import ABSENT, Call, Invalid
from dovetail._plan.careful import examine
from dovetail._plan.exits import Cleanup, Exits
from dovetail._plan.intake import take_body
from dovetail._plan.location import endpoint_context
from dovetail._plan.nodes import ASYNC_GENERATOR, COROUTINE, FUNCTION, GENERATOR, Node
from dovetail._plan.output import Render, compile_render
from dovetail._plan.resolve import Run, Step, compile_steps
from dovetail._plan.respond import make_response
from dovetail._plan.sse import sse_response
from dovetail._plan.stream import stream_response
from dovetail._plan.threads import Stopped, entry_limiter, in_thread
from dovetail.exceptions import EndpointContext

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig


Produce = Callable[[Call], Awaitable[Any]]


class Operation:
    """A compiled operation.

    Attributes:
        steps: all dependencies in order; `last` is the path operation function.
        runs: what runs them; without `tail`, the blocking ones at the end that share the thread
            of a blocking path operation function.
        render: turns a result into JSON; None when a response object has to be made of it.
        has_exits: whether a dependency has to be ended.
        reads_body: whether the body is read; `reads_form`, as a form.
    """

    def __init__(self, config: OperationConfig, nodes: list[Node], endpoint: Node) -> None:
        self.config = config
        self.nodes = nodes
        self.endpoint = endpoint
        self.reads_body = config.body_field is not None
        self.reads_form = is_form(config)
        self.steps = [self._step(node) for node in nodes]
        self.last = self._step(endpoint)
        self.has_exits = any(node.kind in (GENERATOR, ASYNC_GENERATOR) for node in nodes)
        head, self.tail = self._split()
        self.runs: list[Run] = compile_steps(head)
        self.render: Render | None = None
        if endpoint.kind in (COROUTINE, FUNCTION):
            self.render = compile_render(config, self.where)
        # Gives the JSON as bytes, or a response.
        self.produce: Produce = self._produce_any
        if endpoint.kind == COROUTINE and not self.last.reads_form:
            self.produce = _compile_produce(self)

    def _step(self, node: Node) -> Step:
        embed = self.config.embed_body_fields
        return Step(node, embed=embed, reads_form=self.reads_form)

    def _split(self) -> tuple[Sequence[Step], Sequence[Step]]:
        """Part the blocking dependencies at the end from the rest."""
        end = len(self.steps)
        if self.endpoint.kind == FUNCTION and not self.last.reads_form:
            while end and self.steps[end - 1].is_threaded:
                end -= 1
        return self.steps[:end], self.steps[end:]

    def where(self, scope: Scope) -> EndpointContext:
        """Return where the path operation function is defined."""
        dependant = self.endpoint.dependant
        return endpoint_context(dependant.call, dependant.path, scope)

    def prepare(self, call: Call) -> Cleanup:
        """Make room for noting the dependencies that have to be ended."""
        cleanup = Cleanup()
        call.exits = Exits(cleanup)
        call.function_exits = Exits(cleanup)
        return cleanup

    async def resolve(self, call: Call) -> dict[str, Any]:
        """Run the dependencies, and return the arguments of the function."""
        try:
            for run in self.runs:
                await run(call)
            for step in self.tail:
                await step.run(call)
            return await self.last.arguments(call)
        except Invalid:
            return await examine(self, call)

    async def _produce_any(self, call: Call) -> Any:
        """Run dependencies and function; return JSON as bytes, or a response."""
        if self.reads_body:
            await take_body(call, self.config, self.where)
        try:
            for run in self.runs:
                await run(call)
            if self.endpoint.kind == FUNCTION and not self.last.reads_form:
                return await self._produce_in_thread(call)
            arguments = await self.last.arguments(call)
        except Invalid:
            arguments = await examine(self, call)
        return await self.respond(call, arguments)

    async def respond(self, call: Call, arguments: dict[str, Any]) -> Any:
        """Call the function; return JSON as bytes, or a response."""
        function = self.last.call
        kind = self.endpoint.kind
        if kind == COROUTINE:
            return await self.finish(call, await function(**arguments))
        if kind == FUNCTION:
            result = await in_thread(lambda: self._rendered(call, function(**arguments)))
            return await self._unwrapped(call, result)
        scope = call.scope
        outcome = (call.get_response(), call.background, lambda: self.where(scope))
        if self.config.is_sse_stream:
            return sse_response(self.config, function, arguments, *outcome)
        return stream_response(self.config, function, arguments, *outcome)

    async def _produce_in_thread(self, call: Call) -> Any:
        """Run the blocking dependencies at the end, and the function, in one thread."""
        tail, last = self.tail, self.last
        stopped = Stopped()

        def work() -> Any:
            for step in tail:
                if stopped:
                    return ABSENT
                step.run_here(call)
            if stopped:
                return ABSENT
            return self._rendered(call, last.call(**last.gather(call)))

        entries = [step.call for step in tail if step.node.kind == GENERATOR]
        limiter = entry_limiter(entries[0]) if entries else None
        return await self._unwrapped(call, await in_thread(work, limiter, stopped))

    def _rendered(self, call: Call, result: Any) -> Any:
        """Validate and serialise in the function's own thread."""
        if self.render is None or call.response is not None or isinstance(result, Response):
            return result
        return _Json(self.render(result, call.scope))

    async def _unwrapped(self, call: Call, result: Any) -> Any:
        if type(result) is _Json:
            return result.body
        return await self.finish(call, result, in_thread=True)

    async def finish(self, call: Call, result: Any, *, in_thread: bool = False) -> Any:
        """Return what to send for a result: JSON alone, or a response."""
        render = self.render
        if render is not None and call.response is None and not isinstance(result, Response):
            return render(result, call.scope)
        return await make_response(
            self.config,
            result,
            call.get_response(),
            call.background,
            lambda: self.where(call.scope),
            in_thread=in_thread,
        )


class _Json:
    """JSON that was made in the thread of the path operation function."""

    __slots__ = ("body",)

    def __init__(self, body: bytes) -> None:
        self.body = body


def _compile_produce(operation: Operation) -> Produce:
    """Return what runs the dependencies and a coroutine function, in one coroutine."""
    config, where = operation.config, operation.where
    reads_body = operation.reads_body
    runs = operation.runs
    gather = operation.last.gather
    function = operation.last.call
    render = operation.render

    async def produce(call: Call) -> Any:
        if reads_body:
            await take_body(call, config, where)
        try:
            for run in runs:
                await run(call)
            arguments = gather(call)
        except Invalid:
            arguments = await examine(operation, call)
        result = await function(**arguments)
        if render is None or call.response is not None or isinstance(result, Response):
            return await operation.finish(call, result)
        return render(result, call.scope)

    return produce
