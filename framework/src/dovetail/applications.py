"""The application."""

import sys
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from annotated_doc import Doc
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, ExceptionHandler, Lifespan, Receive, Scope, Send

from dovetail import routing
from dovetail._declarations import Declarations
from dovetail._plan.failures import HANDLERS
from dovetail._serving import FlatStack, build_stack
from dovetail.datastructures import Default
from dovetail.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)
from dovetail.exceptions import (
    ConfigurationError,
    DovetailDeprecationWarning,
    RequestValidationError,
    WebSocketRequestValidationError,
)
from dovetail.params import Depends
from dovetail.routing.limits import FormLimits, check_max_body_size
from dovetail.telemetry.data import OBSERVATION
from dovetail.utils import generate_unique_id

AppType = TypeVar("AppType", bound="Dovetail")


class Dovetail(Declarations):
    """An ASGI application made of path operations.

    ```python
    app = Dovetail()

    @app.get("/")
    async def root() -> dict[str, str]:
        return {"hello": "world"}
    ```

    Attributes:
        router: holds the path operations; `app.get` and so on add to it.
        webhooks: path operations of others that this application calls, for OpenAPI only.
        dependency_overrides: maps dependencies to what is called in their place, for tests.
        state: for values that belong to the application.
    """

    def __init__(
        self: AppType,
        *,
        telemetry: Annotated[
            Any, Doc("Settings of native OpenTelemetry; see `dovetail.telemetry`.")
        ] = None,
        debug: Annotated[bool, Doc("Answer server errors with their traceback.")] = False,
        routes: Annotated[list[BaseRoute] | None, Doc("Routes to begin with.")] = None,
        title: Annotated[str, Doc("Title of the API in OpenAPI.")] = "FastAPI",
        summary: Annotated[str | None, Doc("Short summary of the API in OpenAPI.")] = None,
        description: Annotated[str, Doc("Description of the API in OpenAPI (CommonMark).")] = "",
        version: Annotated[str, Doc("Version of the API, not of OpenAPI.")] = "0.1.0",
        openapi_url: Annotated[
            str | None,
            Doc("Path of the OpenAPI document. `None`: no document and no pages."),
        ] = "/openapi.json",
        openapi_tags: Annotated[
            list[dict[str, Any]] | None, Doc("OpenAPI Tag Objects, in order of display.")
        ] = None,
        servers: Annotated[
            list[dict[str, str | Any]] | None, Doc("OpenAPI Server Objects.")
        ] = None,
        dependencies: Annotated[
            Sequence[Depends] | None, Doc("Dependencies of all path operations.")
        ] = None,
        default_response_class: Annotated[
            type[Response], Doc("`response_class` of operations without one.")
        ] = Default(JSONResponse),
        redirect_slashes: Annotated[
            bool, Doc("Redirect `/items/` to `/items`, or the reverse, where only that exists.")
        ] = True,
        docs_url: Annotated[str | None, Doc("Path of the Swagger UI page.")] = "/docs",
        redoc_url: Annotated[str | None, Doc("Path of the ReDoc page.")] = "/redoc",
        swagger_ui_oauth2_redirect_url: Annotated[
            str | None, Doc("Path to which Swagger UI's logins return.")
        ] = "/docs/oauth2-redirect",
        swagger_ui_init_oauth: Annotated[
            dict[str, Any] | None, Doc("Argument of Swagger UI's `initOAuth`.")
        ] = None,
        middleware: Annotated[
            Sequence[Middleware] | None, Doc("Middleware, the outermost first.")
        ] = None,
        exception_handlers: Annotated[
            dict[
                int | type[Exception],
                Callable[[Request, Any], Coroutine[Any, Any, Response]],
            ]
            | None,
            Doc("Handlers by exception class or status code."),
        ] = None,
        on_startup: Annotated[
            Sequence[Callable[[], Any]] | None, Doc("Called at startup; prefer `lifespan`.")
        ] = None,
        on_shutdown: Annotated[
            Sequence[Callable[[], Any]] | None, Doc("Called at shutdown; prefer `lifespan`.")
        ] = None,
        lifespan: Annotated[
            Lifespan[AppType] | None,
            Doc(
                "Async context manager that runs around the serving of requests; the mapping it "
                "yields is in `request.state`."
            ),
        ] = None,
        terms_of_service: Annotated[str | None, Doc("URL of the terms, in OpenAPI.")] = None,
        contact: Annotated[dict[str, str | Any] | None, Doc("OpenAPI Contact Object.")] = None,
        license_info: Annotated[dict[str, str | Any] | None, Doc("OpenAPI License Object.")] = None,
        root_path: Annotated[
            str, Doc("Path prefix that a proxy strips; better told to the server.")
        ] = "",
        root_path_in_servers: Annotated[
            bool, Doc("Whether `root_path` is put into OpenAPI's `servers`.")
        ] = True,
        responses: Annotated[
            dict[int | str, dict[str, Any]] | None,
            Doc("Further responses of all operations, see `RouteOptions`."),
        ] = None,
        callbacks: Annotated[
            list[BaseRoute] | None, Doc("OpenAPI callbacks of all operations.")
        ] = None,
        webhooks: Annotated[
            routing.APIRouter | None, Doc("OpenAPI webhooks: requests that the API makes.")
        ] = None,
        deprecated: Annotated[bool | None, Doc("Marks all operations as deprecated.")] = None,
        include_in_schema: Annotated[
            bool, Doc("Whether operations are in the OpenAPI document.")
        ] = True,
        swagger_ui_parameters: Annotated[
            dict[str, Any] | None, Doc("Swagger UI's own settings.")
        ] = None,
        generate_unique_id_function: Annotated[
            Callable[[routing.APIRoute], str],
            Doc("Makes the unique ids of operations, from which their `operationId` comes."),
        ] = Default(generate_unique_id),
        separate_input_output_schemas: Annotated[
            bool, Doc("Describe a model twice in OpenAPI where input and output differ.")
        ] = True,
        openapi_external_docs: Annotated[
            dict[str, Any] | None, Doc("OpenAPI External Documentation Object.")
        ] = None,
        strict_content_type: Annotated[
            bool,
            Doc(
                "Read a body as JSON only if its content type says so, which keeps pages of other "
                "sites from sending JSON without a CORS preflight."
            ),
        ] = True,
        max_body_size: Annotated[
            int | None, Doc("Limit of request bodies in bytes, beyond it: 413.")
        ] = None,
        form_limits: Annotated[
            FormLimits | None, Doc("Limits for reading forms, beyond them: 400.")
        ] = None,
    ) -> None:
        self.debug = debug
        self.title = title
        self.summary = summary
        self.description = description
        self.version = version
        self.terms_of_service = terms_of_service
        self.contact = contact
        self.license_info = license_info
        self.openapi_url = openapi_url
        self.openapi_tags = openapi_tags
        self.openapi_external_docs = openapi_external_docs
        self.openapi_version = "3.1.0"
        self.openapi_schema: dict[str, Any] | None = None
        self._openapi_routes_version: tuple[int, int] | None = None
        self.servers = servers or []
        self.separate_input_output_schemas = separate_input_output_schemas
        self.docs_url = docs_url
        self.redoc_url = redoc_url
        self.swagger_ui_oauth2_redirect_url = swagger_ui_oauth2_redirect_url
        self.swagger_ui_init_oauth = swagger_ui_init_oauth
        self.swagger_ui_parameters = swagger_ui_parameters
        if root_path:
            warnings.warn(
                "The application's root_path is deprecated. Tell the server instead, by "
                f"`dovetail run --root-path {root_path}` (what `fastapi run --root-path` was).",
                category=DovetailDeprecationWarning,
                stacklevel=2,
            )
        self.root_path = root_path
        self.root_path_in_servers = root_path_in_servers
        self._require_openapi_texts()
        self.webhooks = webhooks or routing.APIRouter()
        self.state = State()
        self.lifespan_state: dict[str, Any] = {}
        self.dependency_overrides: dict[Callable[..., Any], Callable[..., Any]] = {}
        self.max_body_size = check_max_body_size(max_body_size)
        self._telemetry = None if telemetry is None else dict(telemetry)
        self._observer: Any = None
        self.router: routing.APIRouter = routing.APIRouter(
            routes=routes,
            redirect_slashes=redirect_slashes,
            dependency_overrides_provider=self,
            on_startup=on_startup,
            on_shutdown=on_shutdown,
            lifespan=lifespan,
            default_response_class=default_response_class,
            dependencies=dependencies,
            callbacks=callbacks,
            deprecated=deprecated,
            include_in_schema=include_in_schema,
            responses=responses,
            generate_unique_id_function=generate_unique_id_function,
            strict_content_type=strict_content_type,
            form_limits=form_limits,
        )
        self.exception_handlers: dict[Any, ExceptionHandler] = _handlers(exception_handlers)
        self.user_middleware = list(middleware or ())
        self.middleware_stack: ASGIApp | None = None
        self.setup()

    def _require_openapi_texts(self) -> None:
        if self.openapi_url and not (self.title and self.version):
            name = "version" if self.title else "title"
            raise ConfigurationError(f"A {name} must be provided for OpenAPI, e.g.: 'My API'")

    # Serving

    def build_middleware_stack(self) -> ASGIApp:
        """Make the application with all middleware; called at the first request."""
        return build_stack(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI servers ask for it."""
        if self.root_path:
            scope["root_path"] = self.root_path
        if self.lifespan_state and scope.get("app") is not None:
            # Mounted: what its own lifespan gave comes before what the outer application's did.
            scope["state"] = {**scope.get("state", {}), **self.lifespan_state}
        if "opentelemetry" in sys.modules and OBSERVATION not in scope:
            await self._observe(scope, receive, send)
            return
        stack = self.middleware_stack
        # PERF: without middleware, a request goes from here to its plan with nothing between.
        if type(stack) is FlatStack and scope["type"] != "lifespan":
            scope["app"] = self
            scope[HANDLERS] = stack.found
            try:
                await stack.select(scope)(scope, receive, send)
            except Exception as error:
                await stack.fail(error, scope, receive, send)
            return
        if scope["type"] == "lifespan" and OBSERVATION not in scope:
            await self._observe(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    async def _observe(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve with the signals of OpenTelemetry, where it is configured.

        Comes back to `__call__`, with the decision in the scope.
        """
        if scope["type"] == "lifespan":
            from dovetail.telemetry import _runtime

            scope[OBSERVATION] = True
            await _runtime.lifespan(
                config=self._telemetry, app=self, scope=scope, receive=receive, send=send
            )
            return
        if self._observer is None:
            from dovetail.telemetry._asgi import NativeTelemetry

            self._observer = NativeTelemetry(self._telemetry)
        await self._observer(app=self, scope=scope, receive=receive, send=send)

    # OpenAPI

    def setup(self) -> None:
        """Add the routes of the OpenAPI document and its pages; called by the constructor."""
        if self.openapi_url:
            from dovetail.openapi.pages import add_documentation

            add_documentation(self)

    def openapi(self) -> dict[str, Any]:
        """Give the OpenAPI document, made at the first call and when routes have changed.

        Override it, or assign a function, to change the document.
        """
        version = self.router._get_routes_version(), self.webhooks._get_routes_version()
        if self.openapi_schema is None or self._outdated(version):
            from dovetail.openapi.utils import get_openapi

            self.openapi_schema = get_openapi(
                title=self.title,
                version=self.version,
                openapi_version=self.openapi_version,
                summary=self.summary,
                description=self.description,
                terms_of_service=self.terms_of_service,
                contact=self.contact,
                license_info=self.license_info,
                routes=self.routes,
                webhooks=self.webhooks.routes,
                tags=self.openapi_tags,
                servers=self.servers,
                separate_input_output_schemas=self.separate_input_output_schemas,
                external_docs=self.openapi_external_docs,
            )
            self._openapi_routes_version = version
        return self.openapi_schema

    def _outdated(self, version: tuple[int, int]) -> bool:
        """Say whether the document is one of our own making, from other routes than now."""
        return self._openapi_routes_version not in (None, version)


def _handlers(given: Mapping[Any, Any] | None) -> dict[Any, Any]:
    handlers: dict[Any, Callable[..., Awaitable[Any]]] = {
        HTTPException: http_exception_handler,
        RequestValidationError: request_validation_exception_handler,
        # Answers by closing the connection, not with a response.
        WebSocketRequestValidationError: websocket_request_validation_exception_handler,
    }
    return {**handlers, **(given or {})}


FastAPI = Dovetail
