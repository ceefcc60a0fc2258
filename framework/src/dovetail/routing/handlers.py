"""Handlers that take a request (or a WebSocket), and the ASGI applications around them.

Plug-ins replace `dovetail.routing.get_request_handler`, and routes override
`get_route_handler()`; both end here. Other routes run their plan directly.
"""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from dovetail._starlette import is_async_callable
from dovetail.concurrency import run_in_threadpool
from dovetail.datastructures import Default, DefaultPlaceholder
from dovetail.routing.config import OperationConfig
from dovetail.routing.limits import FormLimits, check_form_limits
from dovetail.routing.plans import Overrides, PlanCache
from dovetail.types import IncEx

if TYPE_CHECKING:
    from dovetail._plan.model import Plan, WebSocketPlan
    from dovetail._pydantic import ModelField
    from dovetail.dependencies.models import Dependant


def plan_cache(config: OperationConfig, dependant: "Dependant") -> "PlanCache[Plan]":
    """Give the plans of an HTTP operation, none of them compiled yet."""

    def compiler(overrides: Overrides | None) -> "Plan":
        from dovetail._plan.compile import compile_operation

        return compile_operation(config, dependant, overrides=overrides)

    return PlanCache(compiler, dependant, config.dependency_overrides_provider)


def websocket_plan_cache(
    config: OperationConfig, dependant: "Dependant"
) -> "PlanCache[WebSocketPlan]":
    """Give the plans of a WebSocket operation, none of them compiled yet."""

    def compiler(overrides: Overrides | None) -> "WebSocketPlan":
        from dovetail._plan.compile import compile_websocket

        return compile_websocket(config, dependant, overrides=overrides)

    return PlanCache(compiler, dependant, config.dependency_overrides_provider)


def get_request_handler(
    dependant: "Dependant",
    body_field: "ModelField | None" = None,
    status_code: int | None = None,
    response_class: type[Response] | DefaultPlaceholder = Default(JSONResponse),
    response_field: "ModelField | None" = None,
    response_model_include: IncEx | None = None,
    response_model_exclude: IncEx | None = None,
    response_model_by_alias: bool = True,
    response_model_exclude_unset: bool = False,
    response_model_exclude_defaults: bool = False,
    response_model_exclude_none: bool = False,
    dependency_overrides_provider: Any | None = None,
    embed_body_fields: bool = False,
    strict_content_type: bool | DefaultPlaceholder = Default(True),
    stream_item_field: "ModelField | None" = None,
    is_json_stream: bool = False,
    form_limits: FormLimits | None = None,
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Make the handler of an operation: it takes the request and gives the response.

    See `OperationConfig` for the arguments.
    """
    from dovetail.responses import EventSourceResponse

    default_class = isinstance(response_class, DefaultPlaceholder)
    actual_class = unwrapped(response_class)
    is_sse = stream_item_field is not None or _generates(dependant)
    config = OperationConfig(
        endpoint=dependant.call,
        path=dependant.path or "",
        status_code=status_code,
        response_class=actual_class,
        response_class_is_default=default_class,
        response_field=response_field,
        response_model_include=response_model_include,
        response_model_exclude=response_model_exclude,
        response_model_by_alias=response_model_by_alias,
        response_model_exclude_unset=response_model_exclude_unset,
        response_model_exclude_defaults=response_model_exclude_defaults,
        response_model_exclude_none=response_model_exclude_none,
        stream_item_field=stream_item_field,
        is_json_stream=is_json_stream,
        is_sse_stream=is_sse and issubclass(actual_class, EventSourceResponse),
        body_field=body_field,
        embed_body_fields=embed_body_fields,
        strict_content_type=bool(unwrapped(strict_content_type)),
        form_limits=check_form_limits(form_limits),
        dependency_overrides_provider=dependency_overrides_provider,
    )
    return handler_of(config, dependant)


def handler_of(
    config: OperationConfig, dependant: "Dependant"
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Make the handler of an operation from its configuration."""
    plans = plan_cache(config, dependant)

    async def app(request: Request) -> Response:
        return await plans.current().handle(request)

    return app


def get_websocket_app(
    dependant: "Dependant",
    dependency_overrides_provider: Any | None = None,
    embed_body_fields: bool = False,
) -> Callable[[WebSocket], Coroutine[Any, Any, Any]]:
    """Make the handler of a WebSocket operation: it takes the WebSocket and serves it."""
    config = OperationConfig(
        endpoint=dependant.call,
        path=dependant.path or "",
        embed_body_fields=embed_body_fields,
        dependency_overrides_provider=dependency_overrides_provider,
    )
    plans = websocket_plan_cache(config, dependant)

    async def app(websocket: WebSocket) -> None:
        await plans.current().handle(websocket)

    return app


def unwrapped(value: Any) -> Any:
    """Give the value of a placeholder, and anything else as it is."""
    return value.value if isinstance(value, DefaultPlaceholder) else value


def _generates(dependant: "Dependant") -> bool:
    from dovetail.dependencies.callables import is_async_gen_callable, is_gen_callable

    return is_async_gen_callable(dependant.call) or is_gen_callable(dependant.call)


def request_response(func: Callable[[Request], Awaitable[Response] | Response]) -> ASGIApp:
    """Make an ASGI application of a function that takes a request and gives a response.

    Exceptions go to the exception handlers in the scope. Dependencies that end with the request
    are ended after the response has been sent. A `def` function runs in a worker thread.
    """
    from dovetail._plan.run import request_response as with_stacks

    if is_async_callable(func):
        return with_stacks(func)
    in_thread: Any = partial(run_in_threadpool, func)  # type: ignore[call-arg]
    return with_stacks(in_thread)


def websocket_session(func: Callable[[WebSocket], Awaitable[None]]) -> ASGIApp:
    """Make an ASGI application of a function that takes a WebSocket."""
    from dovetail._plan.run import websocket_session as with_stacks

    return with_stacks(func)
