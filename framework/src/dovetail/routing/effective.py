"""Routes as they are after inclusion: with all prefixes, dependencies and settings."""

import copy
from dataclasses import replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from starlette.routing import (
    BaseRoute,
    Host,
    Match,
    Mount,
    NoMatchFound,
    Route,
    Router,
    WebSocketRoute,
)
from starlette.types import ASGIApp, Scope

from dovetail._starlette import get_route_path, replace_params
from dovetail.datastructures import DefaultPlaceholder
from dovetail.dependencies.body import should_embed_body_fields
from dovetail.dependencies.graph import flat_body_params
from dovetail.dependencies.utils import build_dependant, read_dependencies
from dovetail.params import Depends
from dovetail.routing.body_limit import limited
from dovetail.routing.build import operation_app, websocket_app
from dovetail.routing.handlers import unwrapped
from dovetail.routing.inclusion import Inclusion
from dovetail.routing.limits import FormLimits, first_limit
from dovetail.routing.operation import Operation, merged_dependencies, merged_responses
from dovetail.routing.path import PathPattern
from dovetail.routing.plans import OperationApp
from dovetail.routing.route import APIRoute, overrides_handler
from dovetail.routing.websocket_route import APIWebSocketRoute, WebSocketOperation
from dovetail.utils import get_value_or_default

if TYPE_CHECKING:
    from starlette.datastructures import URLPath

    from dovetail._pydantic import ModelField
    from dovetail.dependencies.models import Dependant


class EffectiveRoute:
    """One route in one inclusion.

    Settings that inclusion does not change are read from the original route, as they are at
    that moment; the others are computed when they are first asked for.

    Attributes:
        original_route: the route as it was added to the included router.
        inclusion: what it gets from there.
    """

    original_route: BaseRoute
    inclusion: Inclusion

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.original_route, name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.original_route!r}, prefix={self.inclusion.prefix!r})"

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether the route answers `scope` in this inclusion, as `BaseRoute.matches` does."""
        raise NotImplementedError

    def url_path_for(self, name: str, /, **path_params: Any) -> "URLPath":
        """Give the path of the route named `name` in this inclusion.

        Raises:
            NoMatchFound: it has another name or other parameters.
        """
        raise NotImplementedError


class _WithPath:
    """Path and dependencies of operations in an inclusion."""

    original_route: Any
    inclusion: Inclusion
    dependencies: list[Depends]

    def __init__(self, original_route: Any, inclusion: Inclusion) -> None:
        self.original_route = original_route
        self.inclusion = inclusion
        self.pattern = (
            PathPattern(inclusion.prefix + original_route.path)
            if inclusion.prefix
            else original_route.pattern
        )
        self.endpoint = original_route.endpoint
        self.path = self.pattern.path
        self.path_format = self.pattern.format
        self.param_convertors = self.pattern.convertors
        self.dependency_overrides_provider = inclusion.dependency_overrides_provider

    @cached_property
    def _analysis(self) -> "tuple[Dependant, list[ModelField], bool]":
        if "{" in self.inclusion.prefix:
            return build_dependant(
                path=self.path_format, call=self.endpoint, dependencies=self.dependencies
            )
        # Reading the function again, for this path, would give nothing else.
        read: Dependant = self.original_route.dependant
        added = read_dependencies(self.inclusion.dependencies, self.path_format)
        # Its own copy, since error trackers replace `call`.
        dependant = replace(read, path=self.path_format, dependencies=[*added, *read.dependencies])
        body_params = flat_body_params(dependant)
        return dependant, body_params, should_embed_body_fields(body_params)

    @property
    def _reads_more(self) -> bool:
        """Whether there is more to be read than for the route itself."""
        return bool(self.inclusion.dependencies) or "{" in self.inclusion.prefix

    def url_path_for(self, name: str, /, **path_params: Any) -> "URLPath":
        from starlette.datastructures import URLPath

        original = self.original_route
        if name != original.name or path_params.keys() != self.param_convertors.keys():
            raise NoMatchFound(name, path_params)
        path, _ = replace_params(self.path_format, self.param_convertors, path_params)
        protocol: Literal["websocket", "http"] = (
            "websocket" if isinstance(original, WebSocketRoute) else "http"
        )
        return URLPath(path=path, protocol=protocol)


class EffectiveAPIRoute(_WithPath, Operation, EffectiveRoute):
    """A path operation in one inclusion."""

    original_route: APIRoute

    @cached_property
    def dependencies(self) -> list[Depends]:  # type: ignore[override]
        return merged_dependencies(self.inclusion.dependencies, self.original_route.dependencies)

    def check(self) -> None:
        """Let mistakes that show in this inclusion only come up now, not at the first request.

        Raises:
            ConfigurationError: the parameters do not go with the path or with each other.
        """
        if self._reads_more:
            self._check_parameters()
        if not isinstance(self.generate_unique_id_function, DefaultPlaceholder):
            _ = self.unique_id
        if overrides_handler(type(self.original_route)):
            # As for the route itself: such handlers may complain about what they wrap.
            _ = self._own_app.resolve()

    @property
    def app(self) -> ASGIApp:
        """The ASGI application of the operation in this inclusion."""
        replaced: ASGIApp | None = vars(self.original_route).get("_replaced_app")
        return replaced or self._own_app

    @cached_property
    def _own_app(self) -> OperationApp:
        return operation_app(self.original_route, self)

    @cached_property
    def methods(self) -> set[str]:
        methods: set[str] = self.original_route.methods
        return methods

    @cached_property
    def tags(self) -> list[str | Enum]:
        return [*self.inclusion.tags, *self.original_route.tags]

    @cached_property
    def responses(self) -> dict[int | str, dict[str, Any]]:  # type: ignore[override]
        return merged_responses(self.inclusion.responses, self.original_route.responses)

    @cached_property
    def deprecated(self) -> bool | None:
        return self.original_route.deprecated or self.inclusion.deprecated

    @property
    def include_in_schema(self) -> bool:
        return bool(self.original_route.include_in_schema and self.inclusion.include_in_schema)

    @cached_property
    def callbacks(self) -> list[BaseRoute]:
        return [*self.inclusion.callbacks, *(self.original_route.callbacks or ())]

    @cached_property
    def response_class(self) -> Any:  # type: ignore[override]
        return get_value_or_default(
            self.original_route.response_class, self.inclusion.default_response_class
        )

    @cached_property
    def generate_unique_id_function(self) -> Any:
        return get_value_or_default(
            self.original_route.generate_unique_id_function,
            self.inclusion.generate_unique_id_function,
        )

    @cached_property
    def unique_id(self) -> str:  # type: ignore[override]
        own = self.original_route.operation_id
        unique_id: str = own or unwrapped(self.generate_unique_id_function)(self)
        return unique_id

    @cached_property
    def response_field(self) -> "ModelField | None":
        return _renamed(self.original_route.response_field, f"Response_{self.unique_id}")

    @cached_property
    def stream_item_field(self) -> "ModelField | None":
        return _renamed(self.original_route.stream_item_field, f"StreamItem_{self.unique_id}")

    @cached_property
    def strict_content_type(self) -> Any:  # type: ignore[override]
        return get_value_or_default(
            self.original_route.strict_content_type, self.inclusion.strict_content_type
        )

    @cached_property
    def max_body_size(self) -> int | None:  # type: ignore[override]
        return first_limit(self.original_route.max_body_size, self.inclusion.max_body_size)

    @cached_property
    def form_limits(self) -> FormLimits:  # type: ignore[override]
        return {**self.inclusion.form_limits, **self.original_route.form_limits}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        params = self.pattern.match(get_route_path(scope))
        if params is None:
            return Match.NONE, {}
        path_params = {**scope.get("path_params", {}), **params}
        match = Match.FULL if scope["method"] in self.methods else Match.PARTIAL
        return match, {"endpoint": self.endpoint, "path_params": path_params}


class EffectiveWebSocketRoute(_WithPath, WebSocketOperation, EffectiveRoute):
    """A WebSocket operation in one inclusion."""

    original_route: APIWebSocketRoute

    def check(self) -> None:
        """See `EffectiveAPIRoute.check`."""
        if self._reads_more:
            self._check_parameters()

    @cached_property
    def dependencies(self) -> list[Depends]:  # type: ignore[override]
        return merged_dependencies(self.inclusion.dependencies, self.original_route.dependencies)

    @property
    def app(self) -> ASGIApp:
        """The ASGI application of the operation in this inclusion."""
        replaced: ASGIApp | None = vars(self.original_route).get("_replaced_app")
        return replaced or self._own_app

    @cached_property
    def _own_app(self) -> OperationApp:
        return websocket_app(self)

    @property
    def methods(self) -> None:
        return None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "websocket":
            return Match.NONE, {}
        params = self.pattern.match(get_route_path(scope))
        if params is None:
            return Match.NONE, {}
        path_params = {**scope.get("path_params", {}), **params}
        return Match.FULL, {"endpoint": self.endpoint, "path_params": path_params}


class EffectiveStarletteRoute(EffectiveRoute):
    """A route of Starlette in one inclusion: matched by a copy of it under the whole path."""

    def __init__(self, original_route: BaseRoute, inclusion: Inclusion) -> None:
        self.original_route = original_route
        self.inclusion = inclusion
        self.starlette_route = _prefixed(original_route, inclusion)

    @property
    def path(self) -> str | None:
        return getattr(self.starlette_route, "path", None)

    @property
    def path_format(self) -> str | None:
        return getattr(self.starlette_route, "path_format", None)

    @property
    def methods(self) -> set[str] | None:
        return getattr(self.original_route, "methods", None)

    @property
    def endpoint(self) -> Any:
        return getattr(self.original_route, "endpoint", None)

    @property
    def param_convertors(self) -> dict[str, Any]:
        return getattr(self.starlette_route, "param_convertors", {})

    @property
    def include_in_schema(self) -> bool:
        own = getattr(self.original_route, "include_in_schema", True)
        return bool(own and self.inclusion.include_in_schema)

    @property
    def dependency_overrides_provider(self) -> Any:
        return self.inclusion.dependency_overrides_provider

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return self.starlette_route.matches(scope)

    def url_path_for(self, name: str, /, **path_params: Any) -> "URLPath":
        return self.starlette_route.url_path_for(name, **path_params)


def effective(route: BaseRoute, inclusion: Inclusion) -> EffectiveRoute | None:
    """Give `route` in an inclusion; `None` for kinds of routes that take no prefix."""
    if isinstance(route, APIRoute):
        operation = EffectiveAPIRoute(route, inclusion)
        operation.check()
        return operation
    if isinstance(route, APIWebSocketRoute):
        connection = EffectiveWebSocketRoute(route, inclusion)
        connection.check()
        return connection
    if isinstance(route, (Route, WebSocketRoute, Mount, Host)):
        return EffectiveStarletteRoute(route, inclusion)
    return None


def _renamed(field: "ModelField | None", name: str) -> "ModelField | None":
    """Give a copy under another name that shares the validator."""
    if field is None:
        return None
    field = copy.copy(field)
    field.name = name
    return field


def _prefixed(route: BaseRoute, inclusion: Inclusion) -> BaseRoute:
    prefix, limit = inclusion.prefix, inclusion.max_body_size
    result: Any = copy.copy(route)
    if isinstance(route, Host):
        if prefix:
            result.app = Router(routes=[Mount(prefix, app=route.app)])
    elif prefix:
        result.path = prefix + result.path
        whole = result.path + ("/{path:path}" if isinstance(route, Mount) else "")
        pattern = PathPattern(whole)
        result.path_regex = pattern.regex
        result.path_format = pattern.format
        result.param_convertors = pattern.convertors
    result.app = limited(result.app, limit)
    prefixed: BaseRoute = result
    return prefixed
