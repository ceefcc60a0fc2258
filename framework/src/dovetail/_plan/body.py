"""Reading the body of a request: JSON, a form, or bytes as they came."""

from __future__ import annotations

import email.message
import json
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request

from dovetail import params
from dovetail._pydantic import Undefined
from dovetail._starlette import MAX_BODY_SIZE_SCOPE_KEY, body_limit_answered, body_too_large
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


async def read_body(request: Request, config: OperationConfig, where: EndpointContext) -> Any:
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
        raise json_error(exc, where) from exc
    except Exception as exc:
        raise unreadable(request, exc) from exc


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


def unreadable(request: Request, exc: Exception) -> Exception:
    """Return what to raise when reading the body failed with `exc`."""
    if isinstance(exc, StarletteHTTPException):
        return exc
    if MAX_BODY_SIZE_SCOPE_KEY in request.scope:
        limit_error = body_limit_error(exc)
        if limit_error is not None:
            return limit_error
    return HTTPException(400, detail="There was an error parsing the body")


def body_limit_error(exc: Exception) -> Exception | None:
    """Return the signal of the body limit that `exc` is, or that a group of nothing else holds.

    Middleware may read the body and send the response in tasks of their own, hence the groups.
    """
    signals = (body_too_large, body_limit_answered)
    if isinstance(exc, ExceptionGroup):
        _, others = exc.split(signals)
        if others is not None:
            return None
        # Once the 413 has been sent, nothing else may answer.
        exc = exc.subgroup(body_limit_answered) or exc
        while isinstance(exc, ExceptionGroup):
            exc = exc.exceptions[0]
    return exc if isinstance(exc, signals) else None
