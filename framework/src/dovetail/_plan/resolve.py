"""Running the dependencies of a request in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import copy_context
from typing import Any

import anyio

from dovetail._plan.arguments import add_form, compile_gather
from dovetail._plan.call import Call
from dovetail._plan.exits import Exits, enter_async, enter_sync
from dovetail._plan.nodes import ASYNC_GENERATOR, COROUTINE, FUNCTION, GENERATOR, Node
from dovetail._plan.threads import Stopped, entry_limiter, in_thread

Run = Callable[[Call], Awaitable[None]]


class Step:
    """One dependency to run."""

    __slots__ = ("call", "embed", "gather", "node", "reads_form", "slot")

    def __init__(self, node: Node, *, embed: bool, reads_form: bool) -> None:
        self.node = node
        self.call = node.call
        self.slot = node.slot
        self.embed = embed
        self.reads_form = reads_form and bool(node.dependant.body_params)
        self.gather = compile_gather(node, embed=embed)

    @property
    def is_threaded(self) -> bool:
        """Whether it can share a worker thread with its neighbours."""
        is_blocking = self.node.kind in (FUNCTION, GENERATOR)
        return is_blocking and not self.is_limited and not self.reads_form

    @property
    def is_limited(self) -> bool:
        """Whether `max_concurrency` is set."""
        return self.node.dependant.concurrency is not None

    def exits(self, call: Call) -> Exits:
        """Return where the end of the dependency is noted."""
        return call.function_exits if self.node.ends_early else call.exits

    async def arguments(self, call: Call) -> dict[str, Any]:
        """Return the arguments; raise `Invalid`."""
        arguments = self.gather(call)
        if self.reads_form:
            await add_form(self.node, call, arguments, embed=self.embed)
        return arguments

    async def run(self, call: Call) -> None:
        """Run the dependency and keep its value."""
        call.slots[self.slot] = await self.execute(call, await self.arguments(call))

    async def execute(self, call: Call, arguments: dict[str, Any]) -> Any:
        """Run the dependency and return its value."""
        concurrency = self.node.dependant.concurrency
        if concurrency is None:
            return await self._execute(call, arguments, None)
        semaphore = concurrency.get_semaphore()
        if self.node.kind in (COROUTINE, FUNCTION):
            async with semaphore:
                return await self._execute(call, arguments, None)
        await semaphore.acquire()
        try:
            return await self._execute(call, arguments, semaphore)
        except BaseException:
            # Once it has been entered, its end releases the semaphore.
            if not self.exits(call).holds(semaphore):
                semaphore.release()
            raise

    async def _execute(
        self, call: Call, arguments: dict[str, Any], semaphore: anyio.Semaphore | None
    ) -> Any:
        function = self.call
        kind = self.node.kind
        if kind == COROUTINE:
            return await function(**arguments)
        if kind == FUNCTION:
            return await in_thread(lambda: function(**arguments))
        generator = function(**arguments)
        if kind == GENERATOR:
            enter = self._entering(call, generator, semaphore)
            return await in_thread(enter, entry_limiter(function))
        call.cleanup.enter()
        value = await enter_async(generator)
        self.exits(call).add_async(generator, semaphore)
        return value

    def _entering(
        self, call: Call, generator: Any, semaphore: anyio.Semaphore | None
    ) -> Callable[[], Any]:
        def enter() -> Any:
            value = enter_sync(generator)
            self.exits(call).add_sync(generator, semaphore)
            return value

        return enter

    def run_here(self, call: Call) -> None:
        """Run a blocking dependency in the present thread, in a context of its own."""
        arguments = self.gather(call)
        context = copy_context()
        if self.node.kind == GENERATOR:
            generator = self.call(**arguments)
            value = context.run(self._entering(call, generator, None))
        else:
            value = context.run(self.call, **arguments)
        call.slots[self.slot] = value


def compile_steps(steps: Sequence[Step]) -> list[Run]:
    """Return what runs `steps` in order, blocking neighbours in one worker thread."""
    runs: list[Run] = []
    block: list[Step] = []
    for step in steps:
        if step.is_threaded:
            block.append(step)
            continue
        runs += _block(block)
        block = []
        runs.append(_single(step))
    return runs + _block(block)


def _single(step: Step) -> Run:
    """Return what runs one step, with less on the way where nothing special is asked for."""
    if step.is_limited or step.reads_form:
        return step.run
    function, gather, slot = step.call, step.gather, step.slot

    async def run_coroutine(call: Call) -> None:
        call.slots[slot] = await function(**gather(call))

    async def run_generator(call: Call) -> None:
        generator = function(**gather(call))
        call.cleanup.enter()
        value = await enter_async(generator)
        step.exits(call).add_async(generator)
        call.slots[slot] = value

    if step.node.kind == COROUTINE:
        return run_coroutine
    return run_generator if step.node.kind == ASYNC_GENERATOR else step.run


def _block(steps: Sequence[Step]) -> list[Run]:
    if not steps:
        return []
    if len(steps) == 1:
        return [steps[0].run]
    generators = [step for step in steps if step.node.kind == GENERATOR]

    async def run(call: Call) -> None:
        stopped = Stopped()

        def run_all() -> None:
            for step in steps:
                if stopped:
                    return
                step.run_here(call)

        limiter = entry_limiter(generators[0].call) if generators else None
        await in_thread(run_all, limiter, stopped)

    return [run]
