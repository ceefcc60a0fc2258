"""Running blocking code beside the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from dovetail._plan import workers

T = TypeVar("T")

_entry_limiters: RunVar[WeakKeyDictionary[Any, anyio.CapacityLimiter]] = RunVar(
    "dovetail_entry_limiters"
)


class Stopped:
    """Whether a request was cancelled while its work goes on in a thread."""

    __slots__ = ("_stopped",)

    def __init__(self) -> None:
        self._stopped = False

    def __bool__(self) -> bool:
        return self._stopped

    def stop(self) -> None:
        """Say that what has not begun should not begin."""
        self._stopped = True


def entry_limiter(call: Any) -> anyio.CapacityLimiter | None:
    """Return the limiter for threads that enter the dependency `call`.

    Entering may wait for something that others hold (a connection of a pool), and those need
    threads too, to go on and give it back. So each such dependency has threads of its own, as
    many as the shared limiter allows in all.
    """
    limiters = _entry_limiters.get(None)
    if limiters is None:
        limiters = WeakKeyDictionary()
        _entry_limiters.set(limiters)
    shared = anyio.to_thread.current_default_thread_limiter()
    try:
        limiter = limiters.get(call)
        if limiter is None:
            limiter = limiters[call] = anyio.CapacityLimiter(shared.total_tokens)
    except TypeError:
        # What cannot be a weak key, such as a bound method of a slotted class.
        return None
    if limiter.total_tokens != shared.total_tokens:
        limiter.total_tokens = shared.total_tokens
    return limiter


async def in_thread(
    function: Callable[[], T],
    limiter: anyio.CapacityLimiter | None = None,
    stopped: Stopped | None = None,
) -> T:
    """Run `function` in a worker thread, in a copy of the context, and return its result.

    Cancellation does not end a thread; `stopped` is told of it.
    """
    pool = workers.current_pool()
    stopped = Stopped() if stopped is None else stopped
    if pool is not None:
        result = await workers.run(pool, function, limiter or pool.limiter, on_cancel=stopped.stop)
        return cast(T, result)
    try:
        return await anyio.to_thread.run_sync(function, limiter=limiter)
    except BaseException:
        stopped.stop()
        raise


async def in_exit_thread(function: Callable[[], T]) -> T:
    """Run the end of a dependency in a worker thread, whatever the load and cancellation.

    It takes no token of the shared limiter: the threads that hold all of them may be waiting for
    the very connection that this end gives back.
    """
    pool = workers.current_pool()
    if pool is not None:
        return cast(T, await workers.run(pool, function))
    with anyio.CancelScope(shield=True):
        ended: T = await anyio.to_thread.run_sync(function, limiter=anyio.CapacityLimiter(1))
    return ended
