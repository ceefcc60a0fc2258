"""From a request to the application that answers it."""

from threading import Lock
from typing import TYPE_CHECKING, Any

from starlette.datastructures import URL
from starlette.responses import RedirectResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Scope

from dovetail._starlette import get_route_path
from dovetail.routing.changes import changes
from dovetail.routing.effective import EffectiveRoute, EffectiveStarletteRoute
from dovetail.routing.frontend import EffectiveFrontends, FrontendGroup
from dovetail.routing.included import build_indexes
from dovetail.routing.match import RouteIndex
from dovetail.routing.scope import (
    EFFECTIVE_ROUTE,
    FORM_LIMITS,
    FRAMEWORK,
    framework_scope,
    with_framework,
)

if TYPE_CHECKING:
    from dovetail.routing.router import APIRouter


class Dispatcher:
    """The compiled routes of a router, compiled again when they change.

    Args:
        router: whose routes they are.
    """

    __slots__ = ("_form_limits", "_http", "_lock", "_router", "_seen", "_version", "_websocket")

    def __init__(self, router: "APIRouter") -> None:
        self._router = router
        self._form_limits = router.form_limits
        self._lock = Lock()
        self._seen = -1
        self._version = -1
        self._http: RouteIndex = RouteIndex([])
        self._websocket: RouteIndex = RouteIndex([])

    def select(self, scope: Scope) -> ASGIApp:
        """Give what answers: a route, a redirect to the path with or without a slash, or a 404.

        `scope` is filled with what has been found out.
        """
        if self._seen != changes.count:
            self._refresh()
        if "router" not in scope:
            scope["router"] = self._router
        if self._form_limits:
            limits = {**framework_scope(scope).get(FORM_LIMITS, {}), **self._form_limits}
            scope[FRAMEWORK] = with_framework(scope, **{FORM_LIMITS: limits})
        http = scope["type"] == "http"
        app = (self._http if http else self._websocket).select(scope)
        if app is not None:
            return app
        redirect = self._redirect(scope) if http and self._router.redirect_slashes else None
        return redirect or self._last_resort(scope) or self._router.default

    def _refresh(self) -> None:
        with self._lock:
            seen = changes.count
            version = max(self._router._get_routes_version(), changes.everywhere)
            if version != self._version:
                self._http, self._websocket = build_indexes(self._router.routes)
                self._version = version
            self._seen = seen

    def _redirect(self, scope: Scope) -> ASGIApp | None:
        path = get_route_path(scope)
        if path == "/":
            return None
        other = dict(scope)
        other["path"] = other["path"].rstrip("/") if path.endswith("/") else other["path"] + "/"
        if self._http.match(other) is Match.NONE:
            return None
        return RedirectResponse(url=str(URL(scope=other)))

    def _last_resort(self, scope: Scope) -> ASGIApp | None:
        """Give the frontend that covers most of the path, or another route of low priority."""
        partial: Any = None
        best: Any = None
        for route in self._router.low_priority_routes():
            match, child_scope = route.matches(scope)
            if match is Match.NONE:
                continue
            if isinstance(route, (FrontendGroup, EffectiveFrontends)):
                best = _more_specific(best, (route, child_scope), scope)
            elif match is Match.FULL:
                return _entered(route, child_scope, scope)
            elif partial is None:
                partial = (route, child_scope)
        found = best or partial
        return None if found is None else _entered(found[0], found[1], scope)


def _more_specific(best: Any, found: Any, scope: Scope) -> Any:
    if best is None or found[0].specificity(scope) > best[0].specificity(scope):
        return found
    return best


def _entered(route: Any, child_scope: Scope, scope: Scope) -> ASGIApp:
    original = getattr(route, "original_route", route)
    handler: ASGIApp
    if isinstance(route, (FrontendGroup, EffectiveFrontends)):
        handler = route.app_for(scope)
    elif isinstance(route, EffectiveStarletteRoute):
        handler = route.starlette_route.handle
    elif isinstance(route, EffectiveRoute):
        child_scope[FRAMEWORK] = with_framework(scope, **{EFFECTIVE_ROUTE: route})
        handler = original.handle
    else:
        handler = route.handle
    scope.update(child_scope)
    scope["route"] = original
    return handler
