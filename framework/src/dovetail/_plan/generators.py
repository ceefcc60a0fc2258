"""Dependencies with `yield` as context managers, their ends safe from cancellation."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from typing import Any

import anyio
from anyio import CancelScope
from anyio.lowlevel import checkpoint_if_cancelled
from starlette.types import Scope

from dovetail._plan.threads import entry_limiter
from dovetail.concurrency import _DependencyConcurrency, contextmanager_in_threadpool
from dovetail.dependencies.callables import is_async_gen_callable

_CLEANUP_SCOPES = "dovetail.cleanup_scopes"


def _cleanup_scope(scope: Scope, request_stack: AsyncExitStack) -> CancelScope:
    """Return the cancel scope around all dependencies of a request, entered on first use.

    It has to be entered before the first of them: scopes that a dependency opens must close
    inside it, so a scope around the end of a dependency alone would cross theirs.
    """
    scopes: dict[int, CancelScope] = scope.setdefault(_CLEANUP_SCOPES, {})
    key = id(request_stack)
    if key not in scopes:
        scopes[key] = request_stack.enter_context(CancelScope())
        request_stack.callback(scopes.pop, key)
    return scopes[key]


@asynccontextmanager
async def _shielded_exit(
    manager: AbstractAsyncContextManager[Any], scope: CancelScope
) -> AsyncGenerator[Any, None]:
    """Let the code after `yield` run to its end although the request is cancelled."""
    outer = scope.shield
    try:
        async with manager as value:
            try:
                yield value
            finally:
                scope.shield = True
    finally:
        scope.shield = outer
    # A task group that ends inside the shield may have taken the cancellation for its own.
    await checkpoint_if_cancelled()


@asynccontextmanager
async def _limited(
    manager: AbstractAsyncContextManager[Any], semaphore: anyio.Semaphore
) -> AsyncGenerator[Any, None]:
    async with semaphore, manager as value:
        yield value


async def enter_generator(
    call: Callable[..., Any],
    arguments: dict[str, Any],
    *,
    stack: AsyncExitStack,
    request_stack: AsyncExitStack,
    scope: Scope,
    concurrency: _DependencyConcurrency | None,
) -> Any:
    """Run a dependency up to its `yield`; `stack` runs the rest. Returns what it yields."""
    manager: AbstractAsyncContextManager[Any]
    if is_async_gen_callable(call):
        manager = _shielded_exit(
            asynccontextmanager(call)(**arguments), _cleanup_scope(scope, request_stack)
        )
    else:
        manager = contextmanager_in_threadpool(
            contextmanager(call)(**arguments), limiter=entry_limiter(call)
        )
    if concurrency is not None:
        manager = _limited(manager, concurrency.get_semaphore())
    return await stack.enter_async_context(manager)
