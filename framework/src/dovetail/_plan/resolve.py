"""Running the dependencies of a request in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import copy_context
from itertools import groupby
from typing import Any

import anyio

from dovetail._plan.arguments import add_form, compile_gather, compile_injection
from dovetail._plan.call import Call
from dovetail._plan.credentials import compile_credentials
from dovetail._plan.exits import DID_NOT_YIELD, Exits, enter_async, enter_sync
from dovetail._plan.nodes import ASYNC_GENERATOR, COROUTINE, FUNCTION, GENERATOR, Node
from dovetail._plan.threads import Stopped, entry_limiter, in_thread
from dovetail.dependencies.body import FormArguments, is_whole_body

Run = Callable[[Call], Awaitable[None]]


class Step:
    """One dependency to run."""

    __slots__ = (
        "call",
        "embed",
        "form",
        "gather",
        "inject",
        "node",
        "reads_form",
        "slot",
        "takes_whole_body",
    )

    def __init__(self, node: Node, *, embed: bool, reads_form: bool) -> None:
        self.node = node
        self.call = node.call
        self.slot = node.slot
        self.embed = embed
        self.reads_form = reads_form and bool(node.dependant.body_params)
        body_params = node.dependant.body_params
        self.form = FormArguments(body_params, embed=embed) if self.reads_form else None
        self.takes_whole_body = bool(body_params) and is_whole_body(body_params, embed)
        self.inject = compile_injection(node)
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
        if self.form is not None:
            await add_form(self.form, self.slot, call, arguments)
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
            # With `max_concurrency` the limit has been taken care of.
            limiter = entry_limiter(function) if semaphore is None else None
            return await in_thread(enter, limiter)
        call.exits.enter_cleanup()
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
    """Return what runs `steps` in order, neighbours of a kind in one go."""
    runs: list[Run] = []
    for _, group in groupby(steps, key=_way):
        members = list(group)
        way = _way(members[0])
        if way == "thread" and len(members) > 1:
            runs.append(_block(members))
        elif way == COROUTINE:
            runs.append(_coroutines(members))
        elif way == ASYNC_GENERATOR:
            runs.append(_generators(members))
        else:
            runs += [step.run for step in members]
    return runs


def _way(step: Step) -> str:
    """Return how a step can be run together with its neighbours."""
    if step.is_threaded:
        return "thread"
    if step.is_limited or step.reads_form:
        return "single"
    return step.node.kind


def _coroutines(steps: Sequence[Step]) -> Run:
    chain = [(step.call, step.gather, step.slot, compile_credentials(step.node)) for step in steps]

    async def run(call: Call) -> None:
        slots = call.slots
        for function, gather, slot, read in chain:
            slots[slot] = await function(**gather(call)) if read is None else read(call)

    return run


def _generators(steps: Sequence[Step]) -> Run:
    chain = [(step.call, step.gather, step.slot, step.node.ends_early) for step in steps]

    async def run(call: Call) -> None:
        slots = call.slots
        call.exits.enter_cleanup()
        for function, gather, slot, ends_early in chain:
            generator = function(**gather(call))
            try:
                slots[slot] = await generator.__anext__()
            except StopAsyncIteration:
                raise RuntimeError(DID_NOT_YIELD) from None
            (call.function_exits if ends_early else call.exits).add_async(generator)

    return run


def _block(steps: Sequence[Step]) -> Run:
    entries = [step.call for step in steps if step.node.kind == GENERATOR]

    async def run(call: Call) -> None:
        stopped = Stopped()

        def run_all() -> None:
            for step in steps:
                if stopped:
                    return
                step.run_here(call)

        limiter = entry_limiter(entries[0]) if entries else None
        await in_thread(run_all, limiter, stopped)

    return run
