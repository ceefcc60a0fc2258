"""Threads and limits: running blocking code beside the event loop."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager
from contextlib import asynccontextmanager as asynccontextmanager
from typing import TypeVar
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from starlette.concurrency import iterate_in_threadpool as iterate_in_threadpool
from starlette.concurrency import run_in_threadpool as run_in_threadpool
from starlette.concurrency import run_until_first_complete as run_until_first_complete

T = TypeVar("T")


class _DependencyConcurrency:
    """The identity and limit of one `Depends(..., max_concurrency=n)` declaration.

    Semaphores belong to an event loop, so each loop has its own for a declaration.
    """

    def __init__(self, max_concurrency: int) -> None:
        self.max_concurrency = max_concurrency

    def get_semaphore(self) -> anyio.Semaphore:
        """Return the running event loop's semaphore of this declaration."""
        semaphores = _dependency_semaphores.get(None)
        if semaphores is None:
            semaphores = WeakKeyDictionary()
            _dependency_semaphores.set(semaphores)
        semaphore = semaphores.get(self)
        if semaphore is None:
            semaphore = semaphores[self] = anyio.Semaphore(self.max_concurrency)
        return semaphore


# Weak keys: the semaphores of a declaration go when the declaration goes.
_dependency_semaphores: RunVar[WeakKeyDictionary[_DependencyConcurrency, anyio.Semaphore]] = RunVar(
    "dovetail_dependency_semaphores"
)


@asynccontextmanager
async def contextmanager_in_threadpool(
    cm: AbstractContextManager[T],
    *,
    limiter: anyio.CapacityLimiter | None = None,
) -> AsyncGenerator[T, None]:
    """Use a blocking context manager from async code, its two ends in worker threads.

    `limiter` is for the entry; without it the shared one counts.

    The exit takes no token of the shared thread limiter: a pool's connections are given back
    there, and the threads that hold all tokens may be the ones that wait for a connection.
    """
    own = anyio.CapacityLimiter(1)
    value = await anyio.to_thread.run_sync(cm.__enter__, limiter=limiter)
    try:
        yield value
    except BaseException as exc:
        with anyio.CancelScope(shield=True):
            suppressed = await anyio.to_thread.run_sync(
                cm.__exit__, type(exc), exc, exc.__traceback__, limiter=own
            )
        if not suppressed:
            raise
    else:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(cm.__exit__, None, None, None, limiter=own)
