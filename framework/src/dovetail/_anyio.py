"""What is taken from anyio beside its documented interface."""

import asyncio
from collections.abc import Mapping
from typing import Any

try:
    from anyio._backends._asyncio import _task_states
except ImportError:
    # Another version: it is then unknown which cancel scopes are open.
    _task_states = None  # type: ignore[assignment]
try:
    from anyio._core._eventloop import threadlocals as _threadlocals
except ImportError:
    _threadlocals = None  # type: ignore[assignment]

_states: Mapping[Any, Any] | None = _task_states
UNKNOWN: Any = object()

# Whether threads of anyio can be told which request they work for.
can_lend_threads = _states is not None and _threadlocals is not None


def open_scope(task: "asyncio.Task[Any] | None") -> Any:
    """Give the innermost cancel scope that `task` is in; `None`: none; `UNKNOWN` if unknown."""
    if _states is None:
        return UNKNOWN
    state = _states.get(task)
    return None if state is None else state.cancel_scope


def thread_scope() -> Any:
    """Give the cancel scope that this worker thread works for; `None`: none."""
    return getattr(_threadlocals, "current_cancel_scope", None)


def set_thread_scope(scope: Any) -> None:
    """Let what this worker thread waits for (`anyio.from_thread.run`) be cancelled with `scope`."""
    _threadlocals.current_cancel_scope = scope
