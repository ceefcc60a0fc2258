"""What runs before the first request and after the last."""

import importlib
import inspect
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from starlette.routing import Mount
from starlette.types import Lifespan, Receive, Scope, Send

from dovetail._starlette import is_async_callable

if TYPE_CHECKING:
    from dovetail.routing.router import APIRouter


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
    async def lifespan(app: Any) -> AsyncIterator[Any]:
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


class TrackedLifespan:
    """A lifespan that says whether it is running.

    Args:
        lifespan: the function that makes the async context manager.
        router: whose lifespan it is.
    """

    def __init__(self, lifespan: Lifespan[Any], router: "APIRouter") -> None:
        self.lifespan = lifespan
        self._router = router

    @asynccontextmanager
    async def __call__(self, app: Any) -> AsyncIterator[Any]:
        self._router.running_lifespans += 1
        try:
            async with self.lifespan(app) as state:
                yield state
        finally:
            self._router.running_lifespans -= 1


@asynccontextmanager
async def whole_lifespan(router: "APIRouter", app: Any) -> AsyncIterator[Any]:
    """Run the lifespan of `router`, and within it those of the applications mounted in it.

    Of this framework's applications only: for others it cannot be told whether the mounting
    application runs them by itself, as it had to before. For the same reason one whose lifespan
    is running already is left alone.
    """
    async with AsyncExitStack() as stack:
        state = await stack.enter_async_context(router.lifespan_context(app))
        for mounted in mounted_applications(router):
            if not mounted.router.running_lifespans:
                given = await stack.enter_async_context(whole_lifespan(mounted.router, mounted))
                mounted.lifespan_state = dict(given or {})
        yield state


async def serve_lifespan(router: "APIRouter", scope: Scope, receive: Receive, send: Send) -> None:
    """Speak the lifespan protocol of ASGI for `router`."""
    started = False
    await receive()
    # So that no request waits for it; what is not served never loads it.
    importlib.import_module("dovetail._plan.compile")
    try:
        async with whole_lifespan(router, scope.get("app")) as state:
            if state is not None:
                if "state" not in scope:
                    raise RuntimeError('The server does not support "state" in the lifespan scope.')
                scope["state"].update(state)
            await send({"type": "lifespan.startup.complete"})
            started = True
            await receive()
    except BaseException:
        failed = "lifespan.shutdown.failed" if started else "lifespan.startup.failed"
        await send({"type": failed, "message": traceback.format_exc()})
        raise
    await send({"type": "lifespan.shutdown.complete"})


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
