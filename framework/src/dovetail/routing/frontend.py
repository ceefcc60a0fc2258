"""A built browser application, served from a directory after all other routes."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send

from dovetail._starlette import get_route_path
from dovetail.dependencies.utils import build_dependant
from dovetail.params import Depends
from dovetail.routing.body_limit import limited
from dovetail.routing.config import OperationConfig
from dovetail.routing.effective import EffectiveRoute
from dovetail.routing.frontend_files import FrontendFiles
from dovetail.routing.handlers import plan_cache
from dovetail.routing.inclusion import Inclusion
from dovetail.routing.operation import merged_dependencies
from dovetail.routing.plans import OperationApp
from dovetail.routing.scope import FRAMEWORK, framework_scope, with_framework

if TYPE_CHECKING:
    from starlette.datastructures import URLPath

FRONTEND_PATH = "frontend_path"
METHODS = frozenset({"GET", "HEAD"})


class FrontendRoute(BaseRoute):
    """One directory below one path.

    Args:
        path: where it is found, without a slash at the end; "" is the root.
        app: the files.
    """

    def __init__(self, path: str, app: FrontendFiles) -> None:
        self.path = path
        self.app = app
        self.methods = set(METHODS)

    def path_within(self, scope: Scope, prefix: str = "") -> str | None:
        """Give the part of the path below this frontend; `None` if it is outside."""
        if scope["type"] != "http":
            return None
        path, base = get_route_path(scope), prefix + self.path
        if path == base:
            return ""
        return path[len(base) + 1 :] if path.startswith(base + "/") else None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return self.matches_below(scope, "")

    def matches_below(self, scope: Scope, prefix: str) -> tuple[Match, Scope]:
        """Say whether the path is in this frontend, itself found below `prefix`."""
        within = self.path_within(scope, prefix)
        if within is None:
            return Match.NONE, {}
        return Match.FULL, {
            "endpoint": self.app,
            "path_params": dict(scope.get("path_params", {})),
            FRAMEWORK: with_framework(scope, **{FRONTEND_PATH: within}),
        }

    async def serve(self, request: Request, response: Response) -> Response:
        """Give the file; it takes over the headers that dependencies have set on `response`."""
        within = framework_scope(request.scope).get(FRONTEND_PATH)
        if within is None:
            within = self.path_within(request.scope) or ""
        found = await self.app.get_response(within, request.scope)
        found.headers.raw.extend(
            header for header in response.headers.raw if header[0] != b"content-length"
        )
        return found

    def url_path_for(self, name: str, /, **path_params: Any) -> "URLPath":
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.serve(Request(scope, receive, send), Response())
        await response(scope, receive, send)


class FrontendGroup(BaseRoute):
    """All frontends of one router; the one with the longest path answers.

    Args:
        dependencies: run before a file is served.
        provider: has a mapping `dependency_overrides`.
    """

    def __init__(self, dependencies: list[Depends], provider: Any) -> None:
        self.routes: list[FrontendRoute] = []
        self.dependencies = dependencies
        self.dependency_overrides_provider = provider
        self._apps: dict[FrontendRoute, OperationApp] = {}

    def add_frontend_route(self, route: FrontendRoute) -> None:
        """Add one."""
        self.routes.append(route)

    def find(self, scope: Scope, prefix: str = "") -> FrontendRoute | None:
        """Give the frontend that `scope` is in; of several the one with the longest path."""
        found = [route for route in self.routes if route.path_within(scope, prefix) is not None]
        return max(found, key=lambda route: len(route.path), default=None)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return self.matches_with_prefix(scope, "")

    def matches_with_prefix(self, scope: Scope, prefix: str) -> tuple[Match, Scope]:
        """Say whether the path is in one of the frontends, themselves found below `prefix`."""
        route = self.find(scope, prefix)
        return (Match.NONE, {}) if route is None else route.matches_below(scope, prefix)

    def specificity(self, scope: Scope, prefix: str = "") -> int:
        """Give how much of the path the chosen frontend accounts for."""
        route = self.find(scope, prefix)
        return -1 if route is None else len(prefix + route.path)

    def app_for(self, scope: Scope) -> ASGIApp:
        """Give the application that serves the chosen frontend.

        Raises:
            HTTPException: the path is in none of them (404).
        """
        route = self.find(scope)
        if route is None:
            raise HTTPException(status_code=404)
        if route not in self._apps:
            self._apps[route] = serving_app(
                route.serve, self.dependencies, self.dependency_overrides_provider, None
            )
        return self._apps[route]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app_for(scope)(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> "URLPath":
        raise NoMatchFound(name, path_params)


class EffectiveFrontends(EffectiveRoute):
    """The frontends of a router in one inclusion."""

    original_route: FrontendGroup

    def __init__(self, original_route: FrontendGroup, inclusion: Inclusion) -> None:
        self.original_route = original_route
        self.inclusion = inclusion
        self._apps: dict[FrontendRoute, OperationApp] = {}

    @cached_property
    def dependencies(self) -> list[Depends]:
        return merged_dependencies(self.inclusion.dependencies, self.original_route.dependencies)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return self.original_route.matches_with_prefix(scope, self.inclusion.prefix)

    def specificity(self, scope: Scope) -> int:
        return self.original_route.specificity(scope, self.inclusion.prefix)

    def app_for(self, scope: Scope) -> ASGIApp:
        """Give the application that serves the chosen frontend; see `FrontendGroup.app_for`."""
        route = self.original_route.find(scope, self.inclusion.prefix)
        if route is None:
            raise HTTPException(status_code=404)
        if route not in self._apps:
            inclusion = self.inclusion
            self._apps[route] = serving_app(
                route.serve,
                self.dependencies,
                inclusion.dependency_overrides_provider,
                inclusion.max_body_size,
            )
        return self._apps[route]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app_for(scope)(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> "URLPath":
        raise NoMatchFound(name, path_params)


def serving_app(
    serve: Callable[..., Any],
    dependencies: list[Depends],
    provider: Any,
    max_body_size: int | None,
) -> OperationApp:
    """Make the application that runs the dependencies and then serves a file."""

    def build() -> Callable[[], ASGIApp]:
        dependant, _, embed = build_dependant(path="", call=serve, dependencies=dependencies)
        config = OperationConfig(
            endpoint=serve,
            methods=METHODS,
            embed_body_fields=embed,
            dependency_overrides_provider=provider,
        )
        plans = plan_cache(config, dependant)
        return lambda: limited(plans.current().app, max_body_size)

    return OperationApp(build, provider)


Frontends = FrontendGroup | EffectiveFrontends


def most_specific(groups: Iterator[Any], scope: Scope) -> Any:
    """Give the first of those groups whose frontend accounts for most of the path."""
    return max(groups, key=lambda group: group.specificity(scope), default=None)
