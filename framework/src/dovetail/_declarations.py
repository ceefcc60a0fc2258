"""What an application passes on to its router, and adds to itself."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Annotated, Any, Unpack

from annotated_doc import Doc
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from typing_extensions import deprecated as deprecated_function

from dovetail import routing
from dovetail.datastructures import Default
from dovetail.exceptions import ConfigurationError
from dovetail.params import Depends
from dovetail.routing.frontend_files import CheckDir, Fallback
from dovetail.routing.limits import FormLimits
from dovetail.routing.options import MethodOptions, RouteOptions, check_names, documented
from dovetail.routing.verbs import Verbs
from dovetail.types import DecoratedCallable
from dovetail.utils import generate_unique_id

# The options that only routers offer for operations of any method.
_WITHOUT = frozenset({"callbacks"})


class Declarations(Verbs, Starlette):
    """The decorators and methods by which path operations come into an application."""

    router: routing.APIRouter

    @documented(MethodOptions, without=_WITHOUT)
    def add_api_route(
        self,
        path: Annotated[str, Doc("The path, `/items/{item_id}`.")],
        endpoint: Annotated[Callable[..., Any], Doc("The path operation function.")],
        **options: Unpack[MethodOptions],
    ) -> None:
        """Add a path operation; what the decorators do."""
        check_names(options, MethodOptions, "add_api_route")
        self.router.add_api_route(path, endpoint=endpoint, **options)

    @documented(MethodOptions, without=_WITHOUT)
    def api_route(
        self,
        path: Annotated[str, Doc("The path, `/items/{item_id}`.")],
        **options: Unpack[MethodOptions],
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a path operation for any methods."""
        return self.router.api_route(path, **options)

    def _verb(
        self, path: str, method: str, options: RouteOptions
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        # By the router's own decorator, which may be overridden.
        verb: Callable[..., Callable[[DecoratedCallable], DecoratedCallable]]
        verb = getattr(self.router, method.lower())
        return verb(path, **options)

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
        self.router.add_api_websocket_route(path, endpoint, name=name, dependencies=dependencies)

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
        @app.websocket("/echo")
        async def echo(websocket: WebSocket) -> None: ...
        ```
        """
        return self.router.websocket(path, name=name, dependencies=dependencies)

    def websocket_route(
        self, path: str, name: str | None = None
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Declare a WebSocket route of Starlette, without dependencies and parameters."""
        return self.router.websocket_route(path, name=name)

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
        """Serve a built browser application after all path operations; see `APIRouter.frontend`."""
        self.router._add_frontend(path, directory, fallback, check_dir)

    def include_router(
        self,
        router: Annotated[routing.APIRouter, Doc("The router to include.")],
        *,
        prefix: Annotated[str, Doc("Put before the paths of its routes.")] = "",
        tags: Annotated[list[str | Enum] | None, Doc("Tags put before those it has.")] = None,
        dependencies: Annotated[
            Sequence[Depends] | None, Doc("Dependencies that are run before its own.")
        ] = None,
        responses: Annotated[
            dict[int | str, dict[str, Any]] | None,
            Doc("Further responses; those of the router count more."),
        ] = None,
        deprecated: Annotated[bool | None, Doc("Marks all its operations as deprecated.")] = None,
        include_in_schema: Annotated[
            bool, Doc("Whether its operations are in the OpenAPI document.")
        ] = True,
        default_response_class: Annotated[
            type[Response], Doc("`response_class` of operations that have none from elsewhere.")
        ] = Default(JSONResponse),
        callbacks: Annotated[
            list[BaseRoute] | None, Doc("OpenAPI callbacks beside those it has.")
        ] = None,
        generate_unique_id_function: Annotated[
            Callable[[routing.APIRoute], str],
            Doc("Makes the unique ids of operations without their own."),
        ] = Default(generate_unique_id),
        max_body_size: Annotated[
            int | None, Doc("Limit of request bodies in bytes, unless it has its own.")
        ] = None,
        form_limits: Annotated[
            FormLimits | None, Doc("Limits for reading forms, under those it has.")
        ] = None,
    ) -> None:
        """Include all routes of a router; see `APIRouter.include_router`."""
        self.router.include_router(
            router,
            prefix=prefix,
            tags=tags,
            dependencies=dependencies,
            responses=responses,
            deprecated=deprecated,
            include_in_schema=include_in_schema,
            default_response_class=default_response_class,
            callbacks=callbacks,
            generate_unique_id_function=generate_unique_id_function,
            max_body_size=max_body_size,
            form_limits=form_limits,
        )

    @deprecated_function("on_event is deprecated, use lifespan event handlers instead.")
    def on_event(
        self, event_type: Annotated[str, Doc('"startup" or "shutdown".')]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Call the decorated function at startup or shutdown. Deprecated: use `lifespan`."""

        def decorator(function: DecoratedCallable) -> DecoratedCallable:
            self.router.add_event_handler(event_type, function)
            return function

        return decorator

    def add_event_handler(self, event_type: str, func: Callable[[], Any]) -> None:
        """Call `func` at "startup" or "shutdown"; prefer `lifespan`."""
        self.router.add_event_handler(event_type, func)

    def middleware(
        self, middleware_type: Annotated[str, Doc('Only "http" is possible.')]
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Put the decorated function around all HTTP requests.

        ```python
        @app.middleware("http")
        async def timed(request: Request, call_next: CallNext) -> Response:
            start = perf_counter()
            response = await call_next(request)
            response.headers["Server-Timing"] = f"app;dur={1000 * (perf_counter() - start)}"
            return response
        ```
        """
        if middleware_type != "http":
            raise ConfigurationError('Currently only middleware("http") is supported.')

        # It loads anyio's backend, which declarations alone do not need.
        from dovetail.middleware.function import FunctionMiddleware

        def decorator(function: DecoratedCallable) -> DecoratedCallable:
            self.add_middleware(FunctionMiddleware, dispatch=function)
            return function

        return decorator

    def exception_handler(
        self,
        exc_class_or_status_code: Annotated[
            int | type[Exception], Doc("The exceptions, or the status of HTTP exceptions.")
        ],
    ) -> Callable[[DecoratedCallable], DecoratedCallable]:
        """Let the decorated function answer when such an exception is raised.

        ```python
        @app.exception_handler(NoSuchItem)
        async def no_such_item(request: Request, error: NoSuchItem) -> Response: ...
        ```
        """

        def decorator(function: DecoratedCallable) -> DecoratedCallable:
            self.add_exception_handler(exc_class_or_status_code, function)
            return function

        return decorator
