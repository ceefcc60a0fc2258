"""What is taken from anyio beside its documented interface: the cancel scopes of tasks and threads.

A thread may wait for coroutines (`anyio.from_thread.run`); these are cancelled with the request
that the thread works for. anyio notes its cancel scope where only its own threads find it.
"""

from __future__ import annotations

import asyncio
from typing import Any

try:
    from anyio._backends._asyncio import _task_states
    from anyio._core._eventloop import threadlocals
except ImportError:
    # Another release; then the public interface alone is used.
    threads_can_be_kept = False
else:
    threads_can_be_kept = True


UNKNOWN: Any = object()


def open_scope(task: asyncio.Task[Any] | None) -> Any:
    """Return the innermost cancel scope of `task`; None: there is none; `UNKNOWN` if unknown."""
    if not threads_can_be_kept:
        return UNKNOWN
    state = None if task is None else _task_states.get(task)
    return None if state is None else state.cancel_scope


def current_cancel_scope() -> Any:
    """Return the innermost cancel scope of the running task, None when there is none."""
    return open_scope(asyncio.current_task())


def work_for(cancel_scope: Any) -> None:
    """Note in this thread for which cancel scope it works from now on."""
    threadlocals.current_cancel_scope = cancel_scope


def works_for() -> Any:
    """Return the cancel scope that this thread works for."""
    return getattr(threadlocals, "current_cancel_scope", None)
