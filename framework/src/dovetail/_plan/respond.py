"""From what a path operation function returns to a response."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.background import BackgroundTasks
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from dovetail._plan.final import is_final
from dovetail._pydantic import ModelField
from dovetail.encoders import jsonable_encoder
from dovetail.exceptions import EndpointContext, ResponseValidationError
from dovetail.utils import is_body_allowed_for_status_code

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig


def new_sub_response() -> Response:
    """Return the response that dependencies set headers and status on; it is never sent."""
    response = Response()
    del response.headers["content-length"]
    response.status_code = None  # type: ignore[assignment]
    return response


def response_arguments(
    config: OperationConfig, sub_response: Response, background: BackgroundTasks | None
) -> dict[str, Any]:
    """Return the arguments that a response class gets besides the content.

    The status set on the injected response comes before the declared one; with neither, the
    response class has its own.
    """
    arguments: dict[str, Any] = {"background": background}
    status_code = sub_response.status_code or config.status_code
    if status_code is not None:
        arguments["status_code"] = status_code
    return arguments


def dump_options(config: OperationConfig) -> dict[str, Any]:
    """Return what the path operation says about serialising its response model."""
    return {
        "include": config.response_model_include,
        "exclude": config.response_model_exclude,
        "by_alias": config.response_model_by_alias,
        "exclude_unset": config.response_model_exclude_unset,
        "exclude_defaults": config.response_model_exclude_defaults,
        "exclude_none": config.response_model_exclude_none,
    }


def validated(field: ModelField, value: Any, where: EndpointContext) -> Any:
    """Return `value` as the response model has it; raise `ResponseValidationError`."""
    result, errors = field.validate(value, loc=("response",))
    if errors:
        raise ResponseValidationError(errors=errors, body=value, endpoint_ctx=where)
    return result


async def make_response(
    config: OperationConfig,
    result: Any,
    sub_response: Response,
    background: BackgroundTasks | None,
    where: Callable[[], EndpointContext],
    *,
    in_thread: bool,
) -> Response:
    """Return the response for what the path operation function returned.

    `in_thread` validates in a worker thread, as the function itself ran in one.
    """
    if isinstance(result, Response):
        if result.background is None:
            result.background = background
        return result
    arguments = response_arguments(config, sub_response, background)
    field = config.response_field
    if field is None:
        response = config.response_class(jsonable_encoder(result), **arguments)
    else:
        if not is_final(field, result):
            if in_thread:
                result = await run_in_threadpool(validated, field, result, where())
            else:
                result = validated(field, result, where())
        response = _serialised(config, field, result, arguments)
    if not is_body_allowed_for_status_code(response.status_code):
        response.body = b""
    response.headers.raw.extend(sub_response.headers.raw)
    return response


def _serialised(
    config: OperationConfig, field: ModelField, value: Any, arguments: dict[str, Any]
) -> Response:
    options = dump_options(config)
    if config.response_class_is_default:
        content = field.serialize_json(value, **options)
        return Response(content, media_type="application/json", **arguments)
    return config.response_class(field.serialize(value, **options), **arguments)
