"""A path operation as it was declared."""

import sys
from collections.abc import Callable, Coroutine
from enum import Enum, IntEnum
from functools import cached_property
from typing import Annotated, Any, Unpack

from annotated_doc import Doc
from starlette import routing as starlette_routing
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from dovetail._starlette import get_name, get_route_path
from dovetail.datastructures import DefaultPlaceholder
from dovetail.exceptions import ConfigurationError
from dovetail.routing.build import operation_app
from dovetail.routing.changes import changes
from dovetail.routing.handlers import get_request_handler, unwrapped
from dovetail.routing.limits import check_form_limits, check_max_body_size
from dovetail.routing.operation import (
    Operation,
    check_body_allowed,
    check_response_class,
    check_status_code,
    description_of,
    is_surely_valid,
    result_types,
)
from dovetail.routing.options import DEFAULTS, APIRouteOptions, check_names, documented
from dovetail.routing.path import PathPattern
from dovetail.routing.plans import OperationApp
from dovetail.routing.scope import EFFECTIVE_ROUTE, effective_route, framework_scope


class APIRoute(Operation, starlette_routing.Route):
    """A path operation: a path, methods, and the function that answers.

    Subclass it to change how requests are handled: override `get_route_handler()`, and pass the
    class to `APIRouter(route_class=…)`.
    """

    @documented(APIRouteOptions)
    def __init__(
        self,
        path: Annotated[str, Doc("The path, `/items/{item_id}`.")],
        endpoint: Annotated[Callable[..., Any], Doc("The path operation function.")],
        **options: Unpack[APIRouteOptions],
    ) -> None:
        check_names(options, APIRouteOptions, "APIRoute.__init__")
        if not callable(endpoint):
            raise ConfigurationError("An endpoint must be a callable")
        given: dict[str, Any] = {**DEFAULTS, **options}
        self.endpoint = endpoint
        self.path = path
        self.pattern = PathPattern(path)
        self.path_format = self.pattern.format
        self.param_convertors = self.pattern.convertors
        self.name = get_name(endpoint) if given["name"] is None else given["name"]
        self.methods = {method.upper() for method in given["methods"] or ["GET"]}
        self._take_documentation(given)
        self._take_response(given)
        self._take_request(given)
        self._check()

    def _take_documentation(self, given: dict[str, Any]) -> None:
        self.summary: str | None = given["summary"]
        self.response_description: str = given["response_description"]
        self.deprecated: bool | None = given["deprecated"]
        self.operation_id: str | None = given["operation_id"]
        self.include_in_schema = given["include_in_schema"]
        self.callbacks = given["callbacks"]
        self.openapi_extra: dict[str, Any] | None = given["openapi_extra"]
        self.tags: list[str | Enum] = given["tags"] or []
        self.responses = given["responses"] or {}
        self.description = description_of(self.endpoint, given["description"])
        self.generate_unique_id_function: Callable[[Any], str] | DefaultPlaceholder = given[
            "generate_unique_id_function"
        ]
        self.unique_id = self.operation_id or unwrapped(self.generate_unique_id_function)(self)

    def _take_response(self, given: dict[str, Any]) -> None:
        status_code = given["status_code"]
        self.status_code = int(status_code) if isinstance(status_code, IntEnum) else status_code
        self.response_class = given["response_class"]
        self.response_model, self.stream_item_type = result_types(
            self.endpoint, given["response_model"], self.response_class
        )
        self.response_model_include = given["response_model_include"]
        self.response_model_exclude = given["response_model_exclude"]
        self.response_model_by_alias = given["response_model_by_alias"]
        self.response_model_exclude_unset = given["response_model_exclude_unset"]
        self.response_model_exclude_defaults = given["response_model_exclude_defaults"]
        self.response_model_exclude_none = given["response_model_exclude_none"]

    def _take_request(self, given: dict[str, Any]) -> None:
        self.dependencies = list(given["dependencies"] or ())
        self.dependency_overrides_provider = given["dependency_overrides_provider"]
        self.strict_content_type = given["strict_content_type"]
        self.max_body_size = check_max_body_size(given["max_body_size"])
        self.form_limits = check_form_limits(given["form_limits"])

    def _check(self) -> None:
        """Let mistakes in the declaration come up now, not at the first request."""
        self._check_parameters()
        check_status_code(self.status_code)
        check_response_class(self.response_class)
        if self.responses:
            _ = self.response_fields
        if self.response_model:
            check_body_allowed(self.status_code)
            if not is_surely_valid(self.response_model):
                _ = self.response_field
        if self.stream_item_type and not is_surely_valid(self.stream_item_type):
            _ = self.stream_item_field
        if overrides_handler(type(self)):
            # Such handlers may look at the declaration and complain too.
            _ = self.app.resolve()

    @cached_property
    def _own_app(self) -> OperationApp:
        return operation_app(self, self)

    @property
    def app(self) -> Any:
        """The ASGI application of the operation. Assign another to replace it."""
        return self.__dict__.get("_replaced_app") or self._own_app

    @app.setter
    def app(self, app: ASGIApp) -> None:
        self.__dict__["_replaced_app"] = app
        changes.mark_everywhere()

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Make the function that takes a request and gives the response.

        Overrides wrap what `super().get_route_handler()` gives. It is called once per inclusion
        of the route.
        """
        operation = effective_route.get()
        if operation is None or operation.original_route is not self:
            arguments = self.handler_arguments()
        else:
            arguments = operation.handler_arguments()
        handler: Callable[[Request], Coroutine[Any, Any, Response]]
        handler = _current_get_request_handler()(**arguments)
        return handler

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether the route answers `scope`, and what to add to the scope if so."""
        if scope["type"] != "http":
            return Match.NONE, {}
        operation = self._operation_in(scope)
        params = operation.pattern.match(get_route_path(scope))
        if params is None:
            return Match.NONE, {}
        child_scope = {
            "endpoint": self.endpoint,
            "path_params": {**scope.get("path_params", {}), **params},
        }
        known = scope["method"] in operation.methods
        return (Match.FULL if known else Match.PARTIAL), child_scope

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request; a method that the route does not know with 405."""
        operation = self._operation_in(scope)
        if scope["method"] in operation.methods:
            await operation.app(scope, receive, send)
            return
        headers = {"Allow": ", ".join(operation.methods)}
        if "app" in scope:
            raise HTTPException(status_code=405, headers=headers)
        response = PlainTextResponse("Method Not Allowed", status_code=405, headers=headers)
        await response(scope, receive, send)

    def _operation_in(self, scope: Scope) -> Any:
        """Give the inclusion of this route that `scope` is about, or the route itself."""
        operation = framework_scope(scope).get(EFFECTIVE_ROUTE)
        return self if getattr(operation, "original_route", None) is not self else operation


def overrides_handler(route_class: type[Any]) -> bool:
    """Say whether the class has its own way to make the handler."""
    return route_class.get_route_handler is not APIRoute.get_route_handler


def _current_get_request_handler() -> Any:
    """Give `dovetail.routing.get_request_handler`, which plug-ins may have replaced."""
    return getattr(sys.modules["dovetail.routing"], "get_request_handler", get_request_handler)
