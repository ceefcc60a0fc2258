"""A WebSocket operation as it was declared."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from annotated_doc import Doc
from starlette import routing as starlette_routing
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from dovetail._starlette import get_name, get_route_path
from dovetail.dependencies.utils import build_dependant
from dovetail.params import Depends
from dovetail.routing.build import websocket_app
from dovetail.routing.changes import changes
from dovetail.routing.config import OperationConfig
from dovetail.routing.path import PathPattern
from dovetail.routing.plans import OperationApp
from dovetail.routing.scope import EFFECTIVE_ROUTE, framework_scope

if TYPE_CHECKING:
    from dovetail._pydantic import ModelField
    from dovetail.dependencies.models import Dependant


class WebSocketOperation:
    """A WebSocket operation under one path; see `Operation`."""

    path: str
    endpoint: Callable[..., Any]
    dependencies: list[Depends]
    dependency_overrides_provider: Any
    pattern: PathPattern

    @property
    def path_regex(self) -> Any:
        """The regular expression that paths are matched with."""
        return self.pattern.regex

    @path_regex.setter
    def path_regex(self, regex: Any) -> None:
        self.pattern = PathPattern(self.path)
        self.pattern.regex = regex
        changes.mark_everywhere()

    @cached_property
    def _analysis(self) -> "tuple[Dependant, list[ModelField], bool]":
        return build_dependant(
            path=self.pattern.format, call=self.endpoint, dependencies=self.dependencies
        )

    @cached_property
    def dependant(self) -> "Dependant":
        """All that the function and its dependencies declare."""
        return self._analysis[0]

    @cached_property
    def _embed_body_fields(self) -> bool:
        return self._analysis[2]

    def _check_parameters(self) -> None:
        """Read all parameters; raise `ConfigurationError` if they cannot be as declared."""
        _ = self.dependant

    def config(self) -> OperationConfig:
        """Give what the plan compiler needs to know."""
        return OperationConfig(
            endpoint=self.endpoint,
            path=self.pattern.path,
            embed_body_fields=self._embed_body_fields,
            dependency_overrides_provider=self.dependency_overrides_provider,
        )


class APIWebSocketRoute(WebSocketOperation, starlette_routing.WebSocketRoute):
    """A WebSocket operation: a path and the function that serves the connection."""

    def __init__(
        self,
        path: Annotated[str, Doc("The path, `/rooms/{room_id}`.")],
        endpoint: Annotated[Callable[..., Any], Doc("Takes the WebSocket and serves it.")],
        *,
        name: Annotated[
            str | None, Doc("Name for `url_path_for()`. Default: the name of the function.")
        ] = None,
        dependencies: Annotated[
            Sequence[Depends] | None, Doc("Dependencies that are run before the function.")
        ] = None,
        dependency_overrides_provider: Annotated[
            Any, Doc("An object with a mapping `dependency_overrides`.")
        ] = None,
    ) -> None:
        self.path = path
        self.endpoint = endpoint
        self.name = get_name(endpoint) if name is None else name
        self.dependencies = list(dependencies or ())
        self.dependency_overrides_provider = dependency_overrides_provider
        self.pattern = PathPattern(path)
        self.path_format = self.pattern.format
        self.param_convertors = self.pattern.convertors
        self._check_parameters()

    @cached_property
    def _own_app(self) -> OperationApp:
        return websocket_app(self)

    @property
    def app(self) -> Any:
        """The ASGI application of the operation. Assign another to replace it."""
        return self.__dict__.get("_replaced_app") or self._own_app

    @app.setter
    def app(self, app: ASGIApp) -> None:
        self.__dict__["_replaced_app"] = app
        changes.mark_everywhere()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether the route serves `scope`, and what to add to the scope if so."""
        if scope["type"] != "websocket":
            return Match.NONE, {}
        params = self._operation_in(scope).pattern.match(get_route_path(scope))
        if params is None:
            return Match.NONE, {}
        path_params = {**scope.get("path_params", {}), **params}
        return Match.FULL, {"endpoint": self.endpoint, "path_params": path_params}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the connection."""
        await self._operation_in(scope).app(scope, receive, send)

    def _operation_in(self, scope: Scope) -> Any:
        operation = framework_scope(scope).get(EFFECTIVE_ROUTE)
        return self if getattr(operation, "original_route", None) is not self else operation
