"""One line of a router's index: how a route is recognised, and what answers."""

from typing import Any

from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dovetail._starlette import StringConvertor
from dovetail.routing.effective import EffectiveRoute, EffectiveStarletteRoute
from dovetail.routing.path import PathPattern, parameter_of_segment
from dovetail.routing.plans import OperationApp
from dovetail.routing.route import APIRoute
from dovetail.routing.scope import (
    EFFECTIVE_ROUTE,
    FRAMEWORK,
    MISSING,
    RESPONSE_STARTED,
    framework_scope,
    restore_framework,
    with_framework,
)
from dovetail.routing.websocket_route import APIWebSocketRoute

# What stands for the method of a WebSocket handshake in the index.
WEBSOCKET = "WEBSOCKET"

_PLAIN_MATCHES = {
    APIRoute.matches,
    APIWebSocketRoute.matches,
    Route.matches,
    WebSocketRoute.matches,
}
_PLAIN_HANDLE = {APIRoute.handle, APIWebSocketRoute.handle, Route.handle, WebSocketRoute.handle}


class Entry:
    """A route in an index.

    Args:
        order: its place among all routes; of several that match, the first wins.
        route: the route itself.
        context: the inclusion it is in; `None` for a route of the router's own.

    Attributes:
        matched: the object that knows path and methods: the inclusion or the route.
        methods: those it answers; `None`: all.
        pattern: its path; `None` if only `matches()` of the route can tell.
        positions: per parameter its name and segment, if every parameter is a whole segment of
            any text; `None` otherwise.
        app: what answers once a request is matched.
    """

    __slots__ = (
        "app",
        "context",
        "endpoint",
        "matched",
        "methods",
        "order",
        "pattern",
        "positions",
        "provider",
        "route",
    )

    def __init__(self, order: int, route: BaseRoute, context: EffectiveRoute | None) -> None:
        self.order = order
        self.route = route
        self.context = context
        self.matched: Any = context if context is not None else route
        self.endpoint = getattr(route, "endpoint", None)
        self.methods: frozenset[str] | set[str] | None = None
        self.pattern: PathPattern | None = None
        self.positions: tuple[tuple[str, int], ...] | None = None
        if type(route).matches in _PLAIN_MATCHES:
            self._read_path()
        self.app = self._find_app()
        self.provider = self.app.provider if type(self.app) is OperationApp else None

    def _read_path(self) -> None:
        pattern = getattr(self.matched, "pattern", None)
        if pattern is None:
            pattern = PathPattern(self.matched.path)
            pattern.regex = getattr(self.matched, "starlette_route", self.matched).path_regex
        self.pattern = pattern
        self.positions = _positions(pattern)
        if isinstance(self.route, WebSocketRoute):
            self.methods = frozenset({WEBSOCKET})
        else:
            self.methods = self.matched.methods

    def _find_app(self) -> ASGIApp:
        if type(self.route).handle not in _PLAIN_HANDLE or self.pattern is None:
            return _Handled(self._handler())
        app: ASGIApp = (
            self.context.starlette_route.app  # type: ignore[attr-defined]
            if isinstance(self.context, EffectiveStarletteRoute)
            else self.matched.app
        )
        return app if type(app) is OperationApp else _Handled(app)

    def _handler(self) -> ASGIApp:
        if isinstance(self.context, EffectiveStarletteRoute):
            return self.context.starlette_route.handle
        return self.route.handle

    def refuse(self) -> ASGIApp:
        """Give what answers if the path matches and the method does not."""
        return _Handled(self._handler())

    @property
    def serves(self) -> tuple[str, ...]:
        """The types of scopes it may serve."""
        if isinstance(self.route, Route):
            return ("http",)
        if isinstance(self.route, WebSocketRoute):
            return ("websocket",)
        return ("http", "websocket")

    @property
    def mount_path(self) -> str | None:
        """The path below which it may match; `None` if that cannot be told."""
        if isinstance(self.route, Mount) and type(self.route).matches is Mount.matches:
            path: str = self.matched.path
            return path
        return None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Ask the route itself whether it matches."""
        if self.context is None or isinstance(self.context, EffectiveStarletteRoute):
            return self.matched.matches(scope)  # type: ignore[no-any-return]
        before = framework_scope(scope).get(EFFECTIVE_ROUTE, MISSING)
        scope[FRAMEWORK] = with_framework(scope, **{EFFECTIVE_ROUTE: self.context})
        try:
            return self.route.matches(scope)
        finally:
            restore_framework(scope, EFFECTIVE_ROUTE, before)

    def enter(self, scope: Scope, params: dict[str, Any]) -> None:
        """Leave in `scope` what the endpoint, and others, want to know of the match."""
        before = scope.get("path_params")
        scope["path_params"] = {**before, **params} if before else params
        scope["endpoint"] = self.endpoint
        self.announce(scope)

    def announce(self, scope: Scope) -> None:
        """Leave in `scope` which route has been chosen."""
        scope["route"] = self.route
        if self.context is not None:
            scope[FRAMEWORK] = with_framework(scope, **{EFFECTIVE_ROUTE: self.context})

    def enter_child(self, scope: Scope, child_scope: Scope) -> None:
        """Like `enter`, with what the route's own `matches()` gave."""
        own = child_scope.get(FRAMEWORK)
        framework = framework_scope(scope)
        scope.update(child_scope)
        if isinstance(own, dict) and framework:
            scope[FRAMEWORK] = {**framework, **own}
        self.announce(scope)


class _Handled:
    """An application that is no plan: keeps track of whether it has begun its response."""

    __slots__ = ("app",)

    provider = None

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def tracked(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, tracked)
        except Exception:
            if started:
                scope[RESPONSE_STARTED] = True
            raise


def _positions(pattern: PathPattern) -> tuple[tuple[str, int], ...] | None:
    """Give per parameter its segment, if all are whole segments of any text."""
    found = []
    for index, segment in enumerate(pattern.path.split("/")):
        if "{" not in segment:
            continue
        parameter = parameter_of_segment(segment)
        if parameter is None or type(pattern.convertors[parameter[0]]) is not StringConvertor:
            return None
        found.append((parameter[0], index))
    return tuple(found) if len(found) == len(pattern.convertors) else None
