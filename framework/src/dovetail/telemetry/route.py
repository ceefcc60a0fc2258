"""The template of the path that a request matches: bounded, so fit for names and metrics."""

from typing import Any

from starlette.responses import RedirectResponse
from starlette.routing import Mount
from starlette.types import Scope

from dovetail._starlette import get_route_path
from dovetail.routing.frontend import FRONTEND_PATH
from dovetail.routing.scope import EFFECTIVE_ROUTE, FRAMEWORK, framework_scope


def find_template(app: Any, scope: Scope) -> str | None:
    """Return the whole template, root path and mounts included; None if no route matches.

    Routes are matched once more, on a copy of `scope` as it came in, so that requests without
    telemetry do not pay for remembering the way.
    """
    found = dict(scope)
    prefix = scope.get("root_path", "").rstrip("/")
    while True:
        template, below = _select(app, found)
        if template is None:
            return f"{prefix}/{{path}}" if prefix and app is None else None
        if not isinstance(below, Mount):
            return f"{prefix}{template}"
        prefix += template.removesuffix("/{path}")
        app = below.app
        if getattr(app, "router", None) is None:
            return f"{prefix}/{{path}}"


def _select(app: Any, scope: Scope) -> tuple[str | None, Any]:
    """Return the template and the route that `app` chooses; `scope` is moved below it."""
    dispatcher = getattr(getattr(app, "router", None), "_dispatcher", None)
    if dispatcher is None:
        return None, None
    for _ in range(2):
        before = dict(scope)
        scope.pop("route", None)
        scope.pop("router", None)
        scope.pop(FRAMEWORK, None)
        chosen = dispatcher.select(scope)
        if not isinstance(chosen, RedirectResponse):
            break
        scope.clear()
        scope.update(before, path=_with_other_slash(before["path"]))
    route = scope.get("route")
    if route is None:
        return None, None
    return _template_of(route, scope), route


def _template_of(route: Any, scope: Scope) -> str | None:
    known = framework_scope(scope)
    if FRONTEND_PATH in known:
        # Everything below a frontend's own path is the browser application's.
        within = known[FRONTEND_PATH]
        path = get_route_path(scope)
        return path.removesuffix(within).rstrip("/") + "/{path}"
    for one in (known.get(EFFECTIVE_ROUTE), route):
        template = getattr(one, "path_format", None)
        if template is not None:
            return str(template)
    return None


def _with_other_slash(path: str) -> str:
    return path.rstrip("/") if path.endswith("/") else f"{path}/"
