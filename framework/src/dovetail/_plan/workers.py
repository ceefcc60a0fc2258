"""Worker threads of an event loop, that are handed work without ceremony.

`anyio.to_thread.run_sync` costs more than the thread switch itself: a checkpoint, a cancel scope, a
limiter entered as a context manager. The threads here are still threads of anyio, borrowed for
good, so that `anyio.from_thread` works in them; its limiter still counts.
"""

from __future__ import annotations

import asyncio
import math
from _queue import SimpleQueue
from collections.abc import Callable
from contextvars import Context, copy_context
from queue import Empty
from typing import Any
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread

from dovetail._anyio import current_cancel_scope, threads_can_be_kept, work_for, works_for

# Seconds after which an idle thread ends, and between its looks at whether the loop is closed.
_MAX_IDLE = 10.0
_LOOK_EVERY = 1.0


class Work:
    """A function to run in a thread, and what became of it."""

    __slots__ = (
        "cancel_scope",
        "context",
        "error",
        "function",
        "future",
        "is_done",
        "result",
    )

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function
        self.context = copy_context()
        self.cancel_scope = current_cancel_scope()
        self.future: asyncio.Future[Any] | None = None
        self.result: Any = None
        self.error: BaseException | None = None
        self.is_done = False

    def run(self) -> None:
        """Run the function, in a thread."""
        try:
            self.result = self.context.run(self.function)
        except StopIteration as exc:
            # It would end the coroutine that waits for it.
            error = RuntimeError("coroutine raised StopIteration")
            error.__cause__ = exc
            self.error = error
        except BaseException as exc:
            self.error = exc

    def report(self) -> None:
        """Tell whoever waits, in the event loop."""
        self.is_done = True
        future = self.future
        if future is None or future.done():
            return
        if self.error is None:
            future.set_result(self.result)
        else:
            future.set_exception(self.error)

    def outcome(self) -> Any:
        """Return the result of what has been done, or raise its error."""
        if self.error is not None:
            raise self.error
        return self.result


class Worker:
    """One thread: takes work from its queue until it is told to end."""

    __slots__ = ("idle", "queue")

    def __init__(self, idle: list[Worker]) -> None:
        self.idle = idle
        self.queue: SimpleQueue[Work | None] = SimpleQueue()

    def main(self, loop: asyncio.AbstractEventLoop) -> None:
        """Work until told to end, too long idle, or the loop is closed."""
        get, call_soon = self.queue.get, loop.call_soon_threadsafe
        idle = 0.0
        own_scope = works_for()
        while True:
            try:
                work = get(timeout=_LOOK_EVERY)
            except Empty:
                idle += _LOOK_EVERY
                if loop.is_closed() or (idle >= _MAX_IDLE and self._retire()):
                    return
                continue
            if work is None:
                return
            idle = 0.0
            work_for(work.cancel_scope or own_scope)
            work.run()
            work_for(own_scope)
            try:
                call_soon(self._finish, work)
            except RuntimeError:
                # The loop was closed meanwhile; nobody waits any more.
                return
            del work

    def _finish(self, work: Work) -> None:
        self.idle.append(self)
        work.report()

    def _retire(self) -> bool:
        """Take this thread out of the pool; False when it has just been given work."""
        try:
            self.idle.remove(self)
        except ValueError:
            return False
        return True


class Pool:
    """The threads of one event loop, to which it holds no reference: it must not outlive it."""

    def __init__(self) -> None:
        self.idle: list[Worker] = []
        self.limiter = anyio.to_thread.current_default_thread_limiter()
        self._keepers: set[asyncio.Task[None]] = set()

    def submit(self, work: Work, loop: asyncio.AbstractEventLoop) -> None:
        """Give `work` to an idle thread, or to a new one."""
        if self.idle:
            # The one that was used last has the warmest caches, and the others can retire.
            self.idle.pop().queue.put(work)
            return
        worker = Worker(self.idle)
        worker.queue.put(work)
        # No context: the thread serves other requests than the present one.
        keeper = loop.create_task(self._keep(worker, loop), context=Context())
        self._keepers.add(keeper)
        keeper.add_done_callback(self._keepers.discard)

    async def _keep(self, worker: Worker, loop: asyncio.AbstractEventLoop) -> None:
        """Lend a thread of anyio to `worker` until it ends, or the loop does."""
        try:
            await anyio.to_thread.run_sync(
                worker.main, loop, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1)
            )
        finally:
            worker.queue.put(None)
            if worker in self.idle:
                self.idle.remove(worker)


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Pool] = WeakKeyDictionary()


def current_pool() -> Pool | None:
    """Return the pool of the running event loop; None when that is not asyncio's."""
    if not threads_can_be_kept:
        return None
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return None
    pool = _pools.get(loop)
    if pool is None:
        pool = _pools[loop] = Pool()
    return pool


async def run(
    pool: Pool,
    function: Callable[[], Any],
    limiter: Any = None,
    *,
    on_cancel: Callable[[], None] | None = None,
) -> Any:
    """Run `function` in a thread of `pool`, and return its result.

    A thread cannot be stopped. When a cancel scope cancels the caller meanwhile, this waits for
    the thread; `on_cancel` is called at once, and then the cancellation is raised. Without
    `on_cancel` it is left to the caller's next wait, and the result is returned.
    """
    work = Work(function)
    if limiter is not None:
        try:
            limiter.acquire_on_behalf_of_nowait(work)
        except anyio.WouldBlock:
            await limiter.acquire_on_behalf_of(work)
    try:
        loop = asyncio.get_running_loop()
        future = work.future = loop.create_future()
        pool.submit(work, loop)
        return await future
    except asyncio.CancelledError:
        if on_cancel is not None:
            on_cancel()
        # Otherwise the task itself is cancelled, as when the loop ends: nothing is waited for.
        if anyio.current_effective_deadline() == -math.inf:
            await _wait_shielded(work, loop)
            if on_cancel is None:
                return work.outcome()
        raise
    finally:
        if limiter is not None:
            limiter.release_on_behalf_of(work)
        del work


async def _wait_shielded(work: Work, loop: asyncio.AbstractEventLoop) -> None:
    with anyio.CancelScope(shield=True):
        if not work.is_done:
            work.future = loop.create_future()
            # The outcome is asked for afterwards; here only the time counts.
            await asyncio.wait([work.future])
            work.future.exception()
