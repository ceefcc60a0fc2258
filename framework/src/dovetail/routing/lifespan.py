"""What runs before the first request and after the last."""

import inspect
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from typing import TYPE_CHECKING, Any

from starlette.routing import Mount
from starlette.types import Lifespan

from dovetail._starlette import is_async_callable

if TYPE_CHECKING:
    from dovetail.routing.router import APIRouter

State = Mapping[str, Any]


class EventLifespan:
    """The lifespan of a router without one of its own: its startup and shutdown handlers."""

    def __init__(self, router: "APIRouter") -> None:
        self._router = router

    def __call__(self, app: object) -> "EventLifespan":
        return self

    async def __aenter__(self) -> None:
        await self._router._startup()

    async def __aexit__(self, *exc_info: object) -> None:
        await self._router._shutdown()


def lifespan_of(lifespan: Lifespan[Any] | None, router: "APIRouter") -> Lifespan[Any]:
    """Give the lifespan as a function that makes an async context manager.

    Generator functions are wrapped, async ones and others.
    """
    if lifespan is None:
        return EventLifespan(router)
    if inspect.isasyncgenfunction(lifespan):
        return asynccontextmanager(lifespan)
    if inspect.isgeneratorfunction(lifespan):
        return _lifted(contextmanager(lifespan))
    return lifespan


def _lifted(blocking: Callable[[Any], Any]) -> Lifespan[Any]:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        with blocking(app) as state:
            yield state

    return lifespan


def merged_lifespan(outer: Lifespan[Any], inner: Lifespan[Any]) -> Lifespan[Any]:
    """Run both, `inner` within `outer`; where both give state, that of `outer` counts."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[State | None]:
        async with outer(app) as outer_state, inner(app) as inner_state:
            if outer_state is None and inner_state is None:
                yield None
            else:
                yield {**(inner_state or {}), **(outer_state or {})}

    return lifespan


async def run_handlers(handlers: list[Callable[[], Any]]) -> None:
    """Call startup or shutdown handlers in order."""
    for handler in handlers:
        if is_async_callable(handler):
            await handler()
        else:
            handler()


class MountedLifespans:
    """Runs the lifespans of the applications that are mounted in a router.

    Those of this framework only: for others it cannot be told whether the mounting application
    runs them by itself, as it had to before. An application whose lifespan is running already
    is left alone for the same reason.
    """

    def __init__(self, router: "APIRouter") -> None:
        self._router = router

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Enter them all in order; leave them in reverse."""
        async with AsyncExitStack() as stack:
            for app in mounted_applications(self._router):
                if not app.router.lifespan_is_running:
                    state = await stack.enter_async_context(_lifespan_of_app(app))
                    app.lifespan_state = dict(state or {})
            yield


def _lifespan_of_app(app: Any) -> AbstractAsyncContextManager[State | None]:
    return app.router.running_lifespan(app)  # type: ignore[no-any-return]


def mounted_applications(router: "APIRouter") -> list[Any]:
    """Give the applications of this framework that are mounted in `router`, each once."""
    from dovetail.applications import Dovetail
    from dovetail.routing.contexts import iter_route_contexts

    found: list[Any] = []
    for context in iter_route_contexts(router.routes):
        route = context.original_route
        app = route.app if isinstance(route, Mount) else None
        if isinstance(app, Dovetail) and app not in found:
            found.append(app)
    return found


def warn_on_event(stacklevel: int) -> None:
    """Say that `on_event` is superseded by lifespans."""
    warnings.warn(
        "on_event is deprecated, use lifespan event handlers instead.",
        category=DeprecationWarning,
        stacklevel=stacklevel + 1,
    )
