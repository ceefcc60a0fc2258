"""A router where it is included: its routes stay its own, and new ones are seen."""

from collections.abc import Iterable, Iterator
from threading import RLock
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from dovetail.routing.effective import EffectiveRoute, effective
from dovetail.routing.entry import Entry
from dovetail.routing.frontend import EffectiveFrontends, FrontendGroup
from dovetail.routing.inclusion import Inclusion
from dovetail.routing.match import RouteIndex
from dovetail.routing.scope import (
    FRAMEWORK,
    INCLUDED_ROUTER,
    MISSING,
    framework_scope,
    restore_framework,
    with_framework,
)

if TYPE_CHECKING:
    from starlette.datastructures import URLPath

    from dovetail.routing.router import APIRouter


class IncludedRouter(BaseRoute):
    """One inclusion of a router, in the list of routes of the router that includes it.

    Args:
        original_router: the included router.
        include_context: what its routes get from here.
    """

    def __init__(self, original_router: "APIRouter", include_context: Inclusion) -> None:
        self.original_router = original_router
        self.include_context = include_context
        self._effective_routes_lock = RLock()
        self._candidates: list[EffectiveRoute | IncludedRouter] = []
        self._candidates_version = -1
        self._low_priority: list[EffectiveRoute] = []
        self._effective_low_priority_routes_version: int | None = None
        # Kept between versions, so that a new route does not make all others compile again.
        self._known: dict[int, EffectiveRoute | IncludedRouter] = {}
        self._index: tuple[int, RouteIndex, RouteIndex] | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(prefix={self.include_context.prefix!r})"

    @property
    def is_transparent(self) -> bool:
        """Whether its routes may be found without asking the router itself."""
        from dovetail.routing.router import APIRouter

        router = type(self.original_router)
        return router.matches is APIRouter.matches and router.handle is APIRouter.handle

    def effective_candidates(self) -> "list[EffectiveRoute | IncludedRouter]":
        """Give its routes and the routers it includes, as they are in this inclusion."""
        version = self.original_router._get_routes_version()
        if self._candidates_version != version:
            with self._effective_routes_lock:
                if self._candidates_version != version:
                    self._candidates = self._build()
                    self._candidates_version = version
        return self._candidates

    def _build(self) -> "list[EffectiveRoute | IncludedRouter]":
        known: dict[int, EffectiveRoute | IncludedRouter] = {}
        for route in self.original_router.routes:
            candidate = self._known.get(id(route)) or self._candidate(route)
            if candidate is not None:
                known[id(route)] = candidate
        self._known = known
        return list(known.values())

    def _candidate(self, route: BaseRoute) -> "EffectiveRoute | IncludedRouter | None":
        if isinstance(route, IncludedRouter):
            combined = route.include_context.within(self.include_context)
            return IncludedRouter(route.original_router, combined)
        return effective(route, self.include_context)

    def effective_route_contexts(self) -> Iterator[EffectiveRoute]:
        """Give all its routes, of the routers it includes as well."""
        for candidate in self.effective_candidates():
            if isinstance(candidate, IncludedRouter):
                yield from candidate.effective_route_contexts()
            else:
                yield candidate

    def effective_low_priority_routes(self) -> list[EffectiveRoute]:
        """Give its routes that come after all others, frontends for example."""
        version = self.original_router._get_routes_version()
        if self._effective_low_priority_routes_version != version:
            with self._effective_routes_lock:
                if self._effective_low_priority_routes_version != version:
                    self._low_priority = list(self._low_priority_routes())
                    self._effective_low_priority_routes_version = version
        return self._low_priority

    def _low_priority_routes(self) -> Iterator[EffectiveRoute]:
        for route in self.original_router._low_priority_routes:
            if isinstance(route, FrontendGroup):
                yield EffectiveFrontends(route, self.include_context)
            elif (found := effective(route, self.include_context)) is not None:
                yield found
        for candidate in self.effective_candidates():
            if isinstance(candidate, IncludedRouter):
                yield from candidate.effective_low_priority_routes()

    def _indexes(self) -> tuple[RouteIndex, RouteIndex]:
        version = self.original_router._get_routes_version()
        if self._index is None or self._index[0] != version:
            self._index = (version, *build_indexes(self.effective_candidates()))
        return self._index[1:]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Ask the router whether one of its routes answers."""
        before = framework_scope(scope).get(INCLUDED_ROUTER, MISSING)
        scope[FRAMEWORK] = with_framework(scope, **{INCLUDED_ROUTER: self})
        try:
            match, child_scope = self.original_router.matches(scope)
        finally:
            restore_framework(scope, INCLUDED_ROUTER, before)
        return match, {FRAMEWORK: with_framework(scope, **{INCLUDED_ROUTER: self}), **child_scope}

    def match_routes(self, scope: Scope) -> Match:
        """Say whether one of the routes answers `scope`."""
        http, websocket = self._indexes()
        index = http if scope["type"] == "http" else websocket
        return index.match(dict(scope))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the router answer."""
        scope[FRAMEWORK] = with_framework(scope, **{INCLUDED_ROUTER: self})
        await self.original_router.handle(scope, receive, send)

    async def _handle_selected(self, scope: Scope, receive: Receive, send: Send) -> None:
        http, websocket = self._indexes()
        app = (http if scope["type"] == "http" else websocket).select(scope)
        await (app or self.original_router.default)(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> "URLPath":
        """Give the path of the route named `name`.

        Raises:
            NoMatchFound: there is none.
        """
        for candidate in self.effective_candidates():
            try:
                return candidate.url_path_for(name, **path_params)
            except NoMatchFound:
                pass
        raise NoMatchFound(name, path_params)


def matched_routes(
    routes: "Iterable[BaseRoute | EffectiveRoute]",
) -> Iterator[BaseRoute]:
    """Give the routes that requests are matched with, those of included routers in their place.

    Routes of Starlette are the copies under their whole path.
    """
    for route in routes:
        if isinstance(route, IncludedRouter):
            yield from matched_routes(route.effective_candidates())
        elif isinstance(route, EffectiveRoute):
            yield getattr(route, "starlette_route", route.original_route)
        else:
            yield route


def entries_of(routes: "Iterable[BaseRoute | EffectiveRoute]") -> list[Entry]:
    """Give the entries of all routes in order, those of included routers in their place."""
    entries: list[Entry] = []
    _collect(routes, entries)
    return entries


def _collect(routes: "Iterable[BaseRoute | EffectiveRoute]", entries: list[Entry]) -> None:
    for route in routes:
        if isinstance(route, IncludedRouter) and route.is_transparent:
            _collect(route.effective_candidates(), entries)
        elif isinstance(route, EffectiveRoute):
            entries.append(Entry(len(entries), route.original_route, route))
        else:
            entries.append(Entry(len(entries), route, None))


def build_indexes(
    routes: "Iterable[BaseRoute | EffectiveRoute]",
) -> tuple[RouteIndex, RouteIndex]:
    """Give the index for HTTP and the one for WebSockets."""
    entries = entries_of(routes)
    http = RouteIndex([entry for entry in entries if "http" in entry.serves])
    return http, RouteIndex([entry for entry in entries if "websocket" in entry.serves])
