"""A group of path operations, to be included in an application or in another router."""

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Annotated, Any

from annotated_doc import Doc
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send
from typing_extensions import deprecated

from dovetail.datastructures import Default
from dovetail.exceptions import ConfigurationError
from dovetail.params import Depends
from dovetail.routing.add import (
    check_included_paths,
    check_prefix,
)
from dovetail.routing.adding import RouteAdding
from dovetail.routing.body_limit import limited
from dovetail.routing.changes import RouteList
from dovetail.routing.dispatch import Dispatcher
from dovetail.routing.frontend import FrontendGroup
from dovetail.routing.included import IncludedRouter
from dovetail.routing.inclusion import inclusion
from dovetail.routing.lifespan import (
    TrackedLifespan,
    lifespan_of,
    merged_lifespan,
    run_handlers,
    serve_lifespan,
)
from dovetail.routing.limits import FormLimits, check_form_limits, check_max_body_size
from dovetail.routing.route import APIRoute
from dovetail.routing.scope import INCLUDED_ROUTER, framework_scope
from dovetail.types import DecoratedCallable
from dovetail.utils import generate_unique_id


class APIRouter(RouteAdding):
    """A group of path operations with a common prefix, tags, dependencies and so on.

    ```python
    router = APIRouter(prefix="/items", tags=["items"])

    @router.get("/")
    async def list_items() -> list[Item]: ...

    app.include_router(router)
    ```

    Inclusion is live: routes that are added to an included router afterwards are found as well.
    """

    def __init__(
        self,
        *,
        prefix: Annotated[str, Doc("Put before the paths of all its routes.")] = "",
        tags: Annotated[list[str | Enum] | None, Doc("Tags of all its operations.")] = None,
        dependencies: Annotated[
            Sequence[Depends] | None, Doc("Dependencies of all its operations.")
        ] = None,
        default_response_class: Annotated[
            type[Response], Doc("`response_class` of operations without one.")
        ] = Default(JSONResponse),
        responses: Annotated[
            dict[int | str, dict[str, Any]] | None,
            Doc("Further responses of all its operations, see `RouteOptions`."),
        ] = None,
        callbacks: Annotated[
            list[BaseRoute] | None, Doc("OpenAPI callbacks of all its operations.")
        ] = None,
        routes: Annotated[list[BaseRoute] | None, Doc("Routes to begin with.")] = None,
        redirect_slashes: Annotated[
            bool, Doc("Redirect `/items/` to `/items`, or the reverse, where only that exists.")
        ] = True,
        default: Annotated[
            ASGIApp | None, Doc("What answers if no route matches. Default: 404.")
        ] = None,
        dependency_overrides_provider: Annotated[
            Any, Doc("An object with a mapping `dependency_overrides`; set by the application.")
        ] = None,
        route_class: Annotated[
            type[APIRoute], Doc("Class of the routes that are added to it.")
        ] = APIRoute,
        on_startup: Annotated[
            Sequence[Callable[[], Any]] | None, Doc("Called at startup; prefer `lifespan`.")
        ] = None,
        on_shutdown: Annotated[
            Sequence[Callable[[], Any]] | None, Doc("Called at shutdown; prefer `lifespan`.")
        ] = None,
        lifespan: Annotated[
            Lifespan[Any] | None,
            Doc("Async context manager that runs around the serving of requests."),
        ] = None,
        deprecated: Annotated[bool | None, Doc("Marks all its operations as deprecated.")] = None,
        include_in_schema: Annotated[
            bool, Doc("Whether its operations are in the OpenAPI document.")
        ] = True,
        generate_unique_id_function: Annotated[
            Callable[[APIRoute], str], Doc("Makes the unique ids of operations without their own.")
        ] = Default(generate_unique_id),
        strict_content_type: Annotated[
            bool, Doc("Read a body as JSON only if its content type says so.")
        ] = Default(True),
        max_body_size: Annotated[
            int | None, Doc("Limit of request bodies in bytes; operations may have their own.")
        ] = None,
        form_limits: Annotated[
            FormLimits | None, Doc("Limits for reading forms; operations may change them.")
        ] = None,
    ) -> None:
        check_prefix(prefix)
        self.prefix = prefix
        self.tags: list[str | Enum] = list(tags or ())
        self.dependencies = list(dependencies or ())
        self.deprecated = deprecated
        self.include_in_schema = include_in_schema
        self.responses = dict(responses or {})
        self.callbacks = list(callbacks or ())
        self.dependency_overrides_provider = dependency_overrides_provider
        self.route_class = route_class
        self.default_response_class = default_response_class
        self.generate_unique_id_function = generate_unique_id_function
        self.strict_content_type = strict_content_type
        self.max_body_size = check_max_body_size(max_body_size)
        self.form_limits = check_form_limits(form_limits)
        self._frontend_routes: FrontendGroup | None = None
        self._low_priority_routes = RouteList()
        self.on_startup = list(on_startup or ())
        self.on_shutdown = list(on_shutdown or ())
        self.running_lifespans = 0
        super().__init__(
            routes=routes,
            redirect_slashes=redirect_slashes,
            default=default,
            lifespan=lifespan_of(lifespan, self),
        )
        self._dispatcher = Dispatcher(self)
        stack: Any = limited(self.app, self.max_body_size)
        self.middleware_stack = stack

    @property
    def routes(self) -> RouteList:
        """Its routes in order; those of an included router are one of them."""
        return self._routes

    @routes.setter
    def routes(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = RouteList(routes)
        self._routes.touch()

    # Serving

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the first route that matches."""
        if scope["type"] == "lifespan":
            scope.setdefault("router", self)
            await self.lifespan(scope, receive, send)
            return
        await self._dispatcher.select(scope)(scope, receive, send)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a route matches, for a router that is included; override to restrict it."""
        included = framework_scope(scope).get(INCLUDED_ROUTER)
        if getattr(included, "original_router", None) is not self:
            return Match.NONE, {}
        return included.match_routes(scope), {}  # type: ignore[union-attr]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an included router; override to come in between."""
        included = framework_scope(scope).get(INCLUDED_ROUTER)
        if isinstance(included, IncludedRouter) and included.original_router is self:
            await included._handle_selected(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        """Give the path of the route with this name.

        Raises:
            NoMatchFound: no route has this name and these parameters.
        """
        for route in self.routes:
            if getattr(route, "name", name) != name and isinstance(route, APIRoute):
                continue
            try:
                return route.url_path_for(name, **path_params)
            except NoMatchFound:
                pass
        raise NoMatchFound(name, path_params)

    # Adding routes

    def _mark_routes_changed(self) -> None:
        self.routes.touch()

    def _get_routes_version(self) -> int:
        """Give a number that changes with its routes and those of the routers it includes."""
        version = max(self.routes.version, self._low_priority_routes.version)
        for route in self.routes:
            if isinstance(route, IncludedRouter):
                version = max(version, route.original_router._get_routes_version())
        return version

    def _includes(self, router: "APIRouter") -> bool:
        return any(
            route.original_router is router or route.original_router._includes(router)
            for route in self.routes
            if isinstance(route, IncludedRouter)
        )

    def include_router(
        self,
        router: Annotated["APIRouter", Doc("The router to include.")],
        *,
        prefix: Annotated[str, Doc("Put before the paths of its routes.")] = "",
        tags: Annotated[list[str | Enum] | None, Doc("Tags put before those it has.")] = None,
        dependencies: Annotated[
            Sequence[Depends] | None, Doc("Dependencies that are run before its own.")
        ] = None,
        default_response_class: Annotated[
            type[Response], Doc("`response_class` of operations that have none from elsewhere.")
        ] = Default(JSONResponse),
        responses: Annotated[
            dict[int | str, dict[str, Any]] | None,
            Doc("Further responses; those of the router come before them."),
        ] = None,
        callbacks: Annotated[
            list[BaseRoute] | None, Doc("OpenAPI callbacks beside those it has.")
        ] = None,
        deprecated: Annotated[bool | None, Doc("Marks all its operations as deprecated.")] = None,
        include_in_schema: Annotated[
            bool, Doc("Whether its operations are in the OpenAPI document.")
        ] = True,
        generate_unique_id_function: Annotated[
            Callable[[APIRoute], str], Doc("Makes the unique ids of operations without their own.")
        ] = Default(generate_unique_id),
        max_body_size: Annotated[
            int | None, Doc("Limit of request bodies in bytes, unless it has its own.")
        ] = None,
        form_limits: Annotated[
            FormLimits | None, Doc("Limits for reading forms, under those it has.")
        ] = None,
    ) -> None:
        """Include all routes of another router, those that it gets later as well.

        Raises:
            ConfigurationError: the routers would include each other, `prefix` is malformed, or
                a path would be empty.
        """
        if router is self:
            raise ConfigurationError(
                "Cannot include the same APIRouter instance into itself. "
                "Did you mean to include a different router?"
            )
        if router._includes(self):
            raise ConfigurationError("The included router already includes this router")
        check_prefix(prefix)
        if not prefix:
            check_included_paths(router)
        context = inclusion(
            self,
            router,
            prefix=prefix,
            tags=tags,
            dependencies=dependencies,
            default_response_class=default_response_class,
            responses=responses,
            callbacks=callbacks,
            deprecated=deprecated,
            include_in_schema=include_in_schema,
            generate_unique_id_function=generate_unique_id_function,
            max_body_size=max_body_size,
            form_limits=form_limits,
        )
        self.routes.append(IncludedRouter(router, context))
        # Its startup and shutdown handlers run there too.
        self.lifespan_context = merged_lifespan(self.lifespan_context, router.lifespan_context)

    # Lifespan

    @property
    def lifespan_context(self) -> Lifespan[Any]:
        """Makes the async context manager that runs around the serving of requests."""
        return self._lifespan_context

    @lifespan_context.setter
    def lifespan_context(self, lifespan: Lifespan[Any]) -> None:
        self._lifespan_context = TrackedLifespan(lifespan, self)

    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak the lifespan protocol of ASGI."""
        await serve_lifespan(self, scope, receive, send)

    async def _startup(self) -> None:
        await run_handlers(self.on_startup)

    async def _shutdown(self) -> None:
        await run_handlers(self.on_shutdown)

    def add_event_handler(self, event_type: str, func: Callable[[], Any]) -> None:
        """Call `func` at "startup" or "shutdown"; prefer `lifespan`."""
        if event_type not in ("startup", "shutdown"):
            raise ConfigurationError(f"There is no event {event_type!r}: startup or shutdown")
        handlers = self.on_startup if event_type == "startup" else self.on_shutdown
        handlers.append(func)

    @deprecated("on_event is deprecated, use lifespan event handlers instead.")
    def on_event(
        self, event_type: Annotated[str, Doc('"startup" or "shutdown".')]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Call the decorated function at startup or shutdown. Deprecated: use `lifespan`."""

        def decorator(function: DecoratedCallable) -> DecoratedCallable:
            self.add_event_handler(event_type, function)
            return function

        return decorator

    def low_priority_routes(self) -> Iterator[Any]:
        """Give what answers if no other route does, that of included routers as well."""
        yield from self._low_priority_routes
        for route in self.routes:
            if isinstance(route, IncludedRouter):
                yield from route.effective_low_priority_routes()
