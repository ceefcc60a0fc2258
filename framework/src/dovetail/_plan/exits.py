"""The ends of dependencies with `yield`: entered in order, left in reverse.

What `contextlib.AsyncExitStack` with `asynccontextmanager` does, without their objects per
dependency; the rare paths (an exception passes through) use contextlib itself.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import anyio
from anyio import CancelScope
from anyio.lowlevel import checkpoint_if_cancelled

from dovetail._plan.threads import in_exit_thread

DID_NOT_YIELD = "generator didn't yield"
_DID_NOT_STOP = "generator didn't stop"


# Whether it is asynchronous, the generator, and the semaphore that it holds.
_Entered = tuple[bool, Any, anyio.Semaphore | None]


class Cleanup:
    """The cancel scope around all dependencies of a request.

    It is entered before the first of them, since scopes that a dependency opens must close
    inside it; while dependencies end it is shielded, so that they can wait although the request
    is cancelled.
    """

    __slots__ = ("scope",)

    def __init__(self) -> None:
        self.scope: CancelScope | None = None

    def enter(self) -> None:
        """Enter the scope, at the first call."""
        if self.scope is None:
            self.scope = CancelScope()
            self.scope.__enter__()

    def leave(self, exc: BaseException | None) -> None:
        """Leave the scope, if it was entered."""
        if self.scope is not None:
            scope, self.scope = self.scope, None
            kind = None if exc is None else type(exc)
            scope.__exit__(kind, exc, None if exc is None else exc.__traceback__)


class _Resumed:
    """Awaits the rest of an awaitable that was started by hand and is waiting for something."""

    __slots__ = ("pending", "steps")

    def __init__(self, steps: Any, pending: Any) -> None:
        self.steps = steps
        self.pending = pending

    def __await__(self) -> Generator[Any, Any, Any]:
        steps, pending = self.steps, self.pending
        try:
            while True:
                try:
                    received = yield pending
                except GeneratorExit:
                    steps.close()
                    raise
                except BaseException as exc:
                    pending = steps.throw(exc)
                else:
                    pending = steps.send(received)
        except StopIteration as stop:
            return stop.value


async def enter_async(generator: AsyncGenerator[Any, None]) -> Any:
    """Run an asynchronous generator up to its `yield`, and return what it yields."""
    try:
        return await generator.__anext__()
    except StopAsyncIteration:
        raise RuntimeError(DID_NOT_YIELD) from None


def enter_sync(generator: Generator[Any, None, None]) -> Any:
    """Run a generator up to its `yield`, and return what it yields."""
    try:
        return next(generator)
    except StopIteration:
        raise RuntimeError(DID_NOT_YIELD) from None


def _begin_end(generator: AsyncGenerator[Any, None]) -> Awaitable[None] | None:
    """Run the rest of a generator; when it has to wait, return what is left to be awaited."""
    steps: Any = generator.__anext__()
    try:
        pending = steps.send(None)
    except StopAsyncIteration:
        return None
    except StopIteration:
        return _did_not_stop(generator)
    return _complete(generator, _Resumed(steps, pending))


async def _complete(generator: AsyncGenerator[Any, None], resumed: _Resumed) -> None:
    try:
        await resumed
    except StopAsyncIteration:
        return
    await _did_not_stop(generator)


async def _did_not_stop(generator: AsyncGenerator[Any, None]) -> None:
    try:
        raise RuntimeError(_DID_NOT_STOP)
    finally:
        await generator.aclose()


def _end_sync(generator: Generator[Any, None, None]) -> None:
    try:
        next(generator)
    except StopIteration:
        return
    try:
        raise RuntimeError(_DID_NOT_STOP)
    finally:
        generator.close()


class Exits:
    """The dependencies that have been entered and not yet left."""

    __slots__ = ("_cleanup", "_entered")

    def __init__(self, cleanup: Cleanup) -> None:
        self._cleanup = cleanup
        self._entered: list[_Entered] = []

    def __bool__(self) -> bool:
        return bool(self._entered)

    def enter_cleanup(self) -> None:
        """Enter the scope that protects the ends; before an asynchronous dependency begins."""
        self._cleanup.enter()

    def holds(self, semaphore: anyio.Semaphore) -> bool:
        """Whether a dependency that holds `semaphore` was entered and not left."""
        return any(held is semaphore for _, _, held in self._entered)

    def add_async(self, generator: Any, semaphore: anyio.Semaphore | None = None) -> None:
        """Note an asynchronous generator that has yielded; `semaphore` is released after it."""
        self._entered.append((True, generator, semaphore))

    def add_sync(self, generator: Any, semaphore: anyio.Semaphore | None = None) -> None:
        """Note a generator that has yielded; it will end in a worker thread."""
        self._entered.append((False, generator, semaphore))

    async def leave(self, exc: BaseException | None) -> BaseException | None:
        """End all, last entered first.

        Each sees the exception in flight at its `yield`, and may swallow or replace it. Returns
        the one that remains.
        """
        entered = self._entered
        scope = self._cleanup.scope
        while entered:
            if exc is None and scope is not None and _is_quiet(entered[-1]):
                try:
                    await self._leave_quiet(scope)
                except BaseException as raised:
                    exc = raised
                continue
            is_async, generator, semaphore = entered.pop()
            try:
                if is_async and scope is not None:
                    exc = await _leave_shielded(scope, generator, exc)
                else:
                    exc = await _leave_sync(generator, exc)
            except BaseException as raised:
                exc = raised
            finally:
                if semaphore is not None:
                    semaphore.release()
        return exc

    async def _leave_quiet(self, scope: CancelScope) -> None:
        """End asynchronous dependencies in a row, up to one that had to wait for something.

        What has not waited cannot have been cancelled meanwhile, so one look at the end will do.
        """
        entered = self._entered
        outer = scope.shield
        scope.shield = True
        try:
            while entered and _is_quiet(entered[-1]):
                rest = _begin_end(entered.pop()[1])
                if rest is not None:
                    await rest
                    break
        finally:
            scope.shield = outer
        # A task group that ended inside the shield may have taken the cancellation for its own.
        await checkpoint_if_cancelled()


def _is_quiet(entry: _Entered) -> bool:
    is_async, _, semaphore = entry
    return is_async and semaphore is None


async def _leave_shielded(
    scope: CancelScope, generator: Any, exc: BaseException | None
) -> BaseException | None:
    outer = scope.shield
    scope.shield = True
    try:
        if exc is None:
            rest = _begin_end(generator)
            if rest is not None:
                await rest
        else:
            manager = asynccontextmanager(lambda: generator)()
            if await manager.__aexit__(type(exc), exc, exc.__traceback__):
                exc = None
    finally:
        scope.shield = outer
    if exc is None:
        await checkpoint_if_cancelled()
    return exc


async def _leave_sync(generator: Any, exc: BaseException | None) -> BaseException | None:
    if exc is None:
        await in_exit_thread(_ending(generator))
        return None
    manager = contextmanager(lambda: generator)()
    error = exc

    def leave() -> bool | None:
        return manager.__exit__(type(error), error, error.__traceback__)

    return None if await in_exit_thread(leave) else exc


def _ending(generator: Any) -> Callable[[], None]:
    return lambda: _end_sync(generator)
