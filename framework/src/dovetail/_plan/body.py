"""Reading the body of a request: JSON, a form, or bytes as they came."""

from __future__ import annotations

import email.message
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request
from starlette.types import Scope

from dovetail import params
from dovetail._pydantic import Undefined
from dovetail._starlette import MAX_BODY_SIZE_SCOPE_KEY
from dovetail.exceptions import EndpointContext, HTTPException, RequestValidationError

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig


def is_form(config: OperationConfig) -> bool:
    """Whether the operation reads a form."""
    return config.body_field is not None and isinstance(config.body_field.field_info, params.Form)


def is_json_content_type(value: str | None, *, strict: bool) -> bool:
    """Whether a body of this content type is read as JSON (RFC 8259, RFC 6839).

    Without a content type it is only when not `strict`.
    """
    if value == "application/json":
        return True
    if not value:
        return not strict
    message = email.message.Message()
    message["content-type"] = value
    if message.get_content_maintype() != "application":
        return False
    subtype = message.get_content_subtype()
    return subtype == "json" or subtype.endswith("+json")


async def read_body(
    request: Request, config: OperationConfig, where: Callable[[], EndpointContext]
) -> Any:
    """Return the decoded body: JSON data, a form, bytes, or `Undefined` when there is none.

    Raises `RequestValidationError` for a body that is no JSON, `HTTPException` with status 400
    when it cannot be read otherwise; those raised by middleware pass.
    """
    if config.body_field is None:
        return Undefined
    try:
        if is_form(config):
            return await request.form(**form_limits(request, config))
        body = await request.body()
        if not body:
            return Undefined
        content_type = request.headers.get("content-type")
        if is_json_content_type(content_type, strict=config.strict_content_type):
            return await request.json()
        return body
    except json.JSONDecodeError as exc:
        raise json_error(exc, where()) from exc
    except Exception as exc:
        raise unreadable(request.scope, exc) from exc


def form_limits(request: Request, config: OperationConfig) -> dict[str, Any]:
    """Return the limits for parsing a form: those of the routers, then the operation's own."""
    inherited = request.scope.get("fastapi", {}).get("form_limits", {})
    return {**inherited, **config.form_limits}


def json_error(exc: json.JSONDecodeError, where: EndpointContext) -> RequestValidationError:
    """Return the error of a body that is no JSON."""
    error = {
        "type": "json_invalid",
        "loc": ("body", exc.pos),
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": exc.msg},
    }
    return RequestValidationError([error], body=exc.doc, endpoint_ctx=where)


def unreadable(scope: Scope, exc: Exception) -> Exception:
    """Return what to raise when reading the body failed with `exc`."""
    if isinstance(exc, StarletteHTTPException):
        return exc
    if MAX_BODY_SIZE_SCOPE_KEY in scope:
        from dovetail.routing.body_limit import limit_error

        over_limit = limit_error(exc)
        if over_limit is not None:
            return over_limit
    return HTTPException(400, detail="There was an error parsing the body")
