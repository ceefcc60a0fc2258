"""Looking at all routes of an application, with what inclusion has added to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute

from dovetail.routing.effective import EffectiveRoute
from dovetail.routing.included import IncludedRouter


@dataclass(frozen=True)
class RouteContext:
    """A route with its effective settings.

    All attributes of the route can be read from it; those that inclusion changes (`path`,
    `tags`, `dependencies`, …) as they are in this inclusion.

    Attributes:
        route: the route as it was added to its router.
    """

    route: BaseRoute
    _route_context: EffectiveRoute | None = field(default=None, repr=False)

    @property
    def original_route(self) -> BaseRoute:
        return self.route

    @property
    def _effective_route(self) -> Any:
        return self.route if self._route_context is None else self._route_context

    @property
    def path(self) -> str | None:
        return getattr(self._effective_route, "path", None)

    @property
    def path_format(self) -> str | None:
        return getattr(self._effective_route, "path_format", None)

    @property
    def name(self) -> str | None:
        return getattr(self._effective_route, "name", None)

    @property
    def methods(self) -> set[str] | None:
        return getattr(self._effective_route, "methods", None)

    @property
    def endpoint(self) -> Any:
        return getattr(self._effective_route, "endpoint", None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._effective_route, name)


def iter_route_contexts(routes: Sequence[BaseRoute | RouteContext]) -> Iterator[RouteContext]:
    """Give every route, those of included routers one by one and with their effective settings.

    Args:
        routes: `app.routes` or `router.routes`; contexts among them are given as they are.
    """
    for route in routes:
        if isinstance(route, RouteContext):
            yield route
        elif isinstance(route, IncludedRouter):
            for context in route.effective_route_contexts():
                yield RouteContext(context.original_route, context)
        else:
            yield RouteContext(route)
