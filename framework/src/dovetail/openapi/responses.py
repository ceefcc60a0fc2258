"""The Responses Object of an operation (OpenAPI 3.1, section 4.8.16)."""

import http
import http.client
import inspect
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from dovetail._annotations import lenient_issubclass
from dovetail.datastructures import DefaultPlaceholder
from dovetail.exceptions import ConfigurationError
from dovetail.openapi.constants import REF_PREFIX
from dovetail.openapi.schemas import FieldSchemas
from dovetail.sse import _SSE_EVENT_SCHEMA
from dovetail.utils import deep_dict_update, is_body_allowed_for_status_code

STATUS_CODE_RANGES: Final = {
    "1XX": "Information",
    "2XX": "Success",
    "3XX": "Redirection",
    "4XX": "Client Error",
    "5XX": "Server Error",
    "DEFAULT": "Default Response",
}
"""Descriptions of the ranges of status codes that stand for many responses."""

_COVER_VALIDATION_ERRORS: Final = {"422", "4XX", "default"}


def describe_responses(
    route: Any, schemas: FieldSchemas, *, has_input: bool
) -> tuple[dict[str, Any], bool]:
    """Return the responses of `route` by status code, and whether invalid input is among them.

    The 422 answer is listed for operations that read something, unless the user has described it.
    Raises `ConfigurationError` if an additional response is not a dictionary, `ValueError` if it
    stands under something that is no status code.
    """
    response_class = _response_class(route)
    responses: dict[str, Any] = {}
    responses[_success_status(route, response_class)] = _success(route, response_class, schemas)
    for status, given in route.responses.items():
        _add_response(responses, route, status, given, schemas)
    invalid_input = has_input and responses.keys().isdisjoint(_COVER_VALIDATION_ERRORS)
    if invalid_input:
        responses["422"] = _validation_error()
    return responses, invalid_input


def _response_class(route: Any) -> type[Response]:
    chosen: Any = route.response_class
    if isinstance(chosen, DefaultPlaceholder):
        chosen = chosen.value
    if not chosen:
        raise ConfigurationError(f"The operation {route.path!r} has no response class")
    response_class: type[Response] = chosen
    return response_class


def _success_status(route: Any, response_class: type[Response]) -> str:
    key: Any = response_class
    return str(route.status_code or _default_status(key))


@cache
def _default_status(response_class: Any) -> int:
    parameter = inspect.signature(response_class.__init__).parameters.get("status_code")
    default = parameter.default if parameter is not None else None
    return default if isinstance(default, int) else http.HTTPStatus.OK


def _success(route: Any, response_class: type[Response], schemas: FieldSchemas) -> dict[str, Any]:
    response: dict[str, Any] = {"description": route.response_description}
    if not is_body_allowed_for_status_code(route.status_code):
        return response
    if route.is_json_stream:
        items = schemas.of(route.stream_item_field) if route.stream_item_field else {}
        response["content"] = {"application/jsonl": {"itemSchema": items}}
    elif route.is_sse_stream:
        response["content"] = {"text/event-stream": {"itemSchema": _event(route, schemas)}}
    elif response_class.media_type:
        schema = _success_schema(route, response_class, schemas)
        response["content"] = {response_class.media_type: {"schema": schema}}
    return response


def _success_schema(
    route: Any, response_class: type[Response], schemas: FieldSchemas
) -> dict[str, Any]:
    if not lenient_issubclass(response_class, JSONResponse):
        return {"type": "string"}
    return schemas.of(route.response_field) if route.response_field else {}


def _event(route: Any, schemas: FieldSchemas) -> dict[str, Any]:
    event = deepcopy(_SSE_EVENT_SCHEMA)
    if route.stream_item_field:
        event["required"] = ["data"]
        event["properties"]["data"].update(
            contentMediaType="application/json",
            contentSchema=schemas.of(route.stream_item_field),
        )
    return event


def _add_response(
    responses: dict[str, Any],
    route: Any,
    status: int | str,
    given: Any,
    schemas: FieldSchemas,
) -> None:
    """Merge an additional response into `responses`."""
    if not isinstance(given, dict):
        raise ConfigurationError(
            f"An additional response must be a dict, but {status!r} of {route.path!r} is {given!r}"
        )
    key = _status_key(status)
    response = responses.setdefault(key.replace("DEFAULT", "default"), {})
    addition = {name: deepcopy(value) for name, value in given.items() if name != "model"}
    field = route.response_fields.get(status)
    if field is not None:
        media_type = _response_class(route).media_type or "application/json"
        content = addition.setdefault("content", {}).setdefault(media_type, {})
        deep_dict_update(content.setdefault("schema", {}), schemas.of(field))
    description = _description(key, addition, response)
    deep_dict_update(response, addition)
    response["description"] = description


def _status_key(status: int | str) -> str:
    key = str(status).upper()
    if key in STATUS_CODE_RANGES or key.isdecimal():
        return key
    raise ValueError(
        f"{status!r} is no status code for an additional response: give a number such as 404, "
        "a range such as '4XX', or 'default'"
    )


def _description(key: str, addition: Mapping[str, Any], response: Mapping[str, Any]) -> str:
    given = addition.get("description") or response.get("description")
    if given:
        return str(given)
    phrase = STATUS_CODE_RANGES.get(key) or http.client.responses.get(int(key))
    return phrase or "Additional Response"


def _validation_error() -> dict[str, Any]:
    schema = {"$ref": f"{REF_PREFIX}HTTPValidationError"}
    return {
        "description": "Validation Error",
        "content": {"application/json": {"schema": schema}},
    }
