"""Adding routes to a router."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Unpack

from annotated_doc import Doc
from starlette import routing as starlette_routing

from dovetail.params import Depends
from dovetail.routing.add import all_options, make_frontend, merged_options
from dovetail.routing.changes import RouteList
from dovetail.routing.frontend import FrontendGroup
from dovetail.routing.frontend_files import CheckDir, Fallback
from dovetail.routing.options import AddRouteOptions, MethodOptions, check_names, documented
from dovetail.routing.route import APIRoute
from dovetail.routing.verbs import Verbs
from dovetail.routing.websocket_route import APIWebSocketRoute
from dovetail.types import DecoratedCallable


class RouteAdding(Verbs, starlette_routing.Router):
    """The decorators and methods by which routes come into a router."""

    prefix: str
    dependencies: list[Depends]
    dependency_overrides_provider: Any
    route_class: type[APIRoute]
    _frontend_routes: FrontendGroup | None
    _low_priority_routes: RouteList

    def _mark_routes_changed(self) -> None:
        raise NotImplementedError

    @documented(AddRouteOptions)
    def add_api_route(
        self,
        path: Annotated[str, Doc("The path, `/items/{item_id}`.")],
        endpoint: Annotated[Callable[..., Any], Doc("The path operation function.")],
        **options: Unpack[AddRouteOptions],
    ) -> None:
        """Add a path operation; what the decorators do."""
        check_names(options, AddRouteOptions, "add_api_route")
        given: dict[str, Any] = dict(options)
        route_class = given.pop("route_class_override", None) or self.route_class
        route = route_class(self.prefix + path, endpoint=endpoint, **merged_options(self, given))
        self.routes.append(route)

    @documented(MethodOptions)
    def api_route(
        self,
        path: Annotated[str, Doc("The path, `/items/{item_id}`.")],
        **options: Unpack[MethodOptions],
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a path operation for any methods."""
        check_names(options, MethodOptions, "api_route")
        given: Any = options
        if type(self).add_api_route is not RouteAdding.add_api_route:
            # Overrides look for options that were not given.
            given = all_options(MethodOptions, options)

        def decorator(function: DecoratedCallable) -> DecoratedCallable:
            self.add_api_route(path, function, **given)
            return function

        return decorator

    def add_api_websocket_route(
        self,
        path: Annotated[str, Doc("The path, `/rooms/{room_id}`.")],
        endpoint: Annotated[Callable[..., Any], Doc("Takes the WebSocket and serves it.")],
        name: Annotated[str | None, Doc("Name for `url_path_for()`.")] = None,
        *,
        dependencies: Annotated[
            Sequence[Depends] | None, Doc("Dependencies that are run before the function.")
        ] = None,
    ) -> None:
        """Add a WebSocket operation."""
        self.routes.append(
            APIWebSocketRoute(
                self.prefix + path,
                endpoint=endpoint,
                name=name,
                dependencies=[*self.dependencies, *(dependencies or ())],
                dependency_overrides_provider=self.dependency_overrides_provider,
            )
        )

    def websocket(
        self,
        path: Annotated[str, Doc("The path, `/rooms/{room_id}`.")],
        name: Annotated[str | None, Doc("Name for `url_path_for()`.")] = None,
        *,
        dependencies: Annotated[
            Sequence[Depends] | None, Doc("Dependencies that are run before the function.")
        ] = None,
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a WebSocket operation.

        ```python
        @router.websocket("/echo")
        async def echo(websocket: WebSocket) -> None: ...
        ```
        """

        def decorator(function: DecoratedCallable) -> DecoratedCallable:
            self.add_api_websocket_route(path, function, name=name, dependencies=dependencies)
            return function

        return decorator

    def websocket_route(
        self, path: str, name: str | None = None
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a WebSocket route of Starlette, without dependencies and parameters."""

        def decorator(function: DecoratedCallable) -> DecoratedCallable:
            self.add_websocket_route(path, function, name=name)
            return function

        return decorator

    def route(
        self,
        path: str,
        methods: list[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = True,
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a route of Starlette, without dependencies and parameters."""

        def decorator(function: DecoratedCallable) -> DecoratedCallable:
            self.add_route(
                path, function, methods=methods, name=name, include_in_schema=include_in_schema
            )
            return function

        return decorator

    def frontend(
        self,
        path: Annotated[str, Doc("Where it is found, beginning with a slash.")],
        *,
        directory: Annotated[Any, Doc("The directory with the built files.")],
        fallback: Annotated[
            Fallback, Doc("What answers where there is no file; see `FrontendFiles`.")
        ] = "auto",
        check_dir: Annotated[
            CheckDir, Doc("Fail now if the directory is missing; see `FrontendFiles`.")
        ] = "auto",
    ) -> None:
        """Serve a built browser application after all path operations.

        It answers what no route does, with the dependencies of the router run before.

        Raises:
            ConfigurationError: `path` does not begin with a slash, or `fallback` is unknown.
            RuntimeError: `check_dir` says so and the directory does not exist.
        """
        self._add_frontend(path, directory, fallback, check_dir)

    def _add_frontend(
        self, path: str, directory: Any, fallback: Fallback, check_dir: CheckDir
    ) -> None:
        # The level of a warning about the directory: the caller of `frontend()`.
        route = make_frontend(self.prefix, path, directory, fallback, check_dir, stacklevel=4)
        if self._frontend_routes is None:
            self._frontend_routes = FrontendGroup(
                self.dependencies, self.dependency_overrides_provider
            )
            self._low_priority_routes.append(self._frontend_routes)
        self._frontend_routes.add_frontend_route(route)
        self._mark_routes_changed()
