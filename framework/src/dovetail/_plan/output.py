"""From what a path operation function returns to the bytes of the response."""

from __future__ import annotations

import json
import json.encoder
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from dovetail._plan.final import NoValue, final_item_type, final_type
from dovetail._plan.respond import dump_options
from dovetail._plan.rows import compile_rows
from dovetail._pydantic import ModelField, ValidationError, errors_at
from dovetail.encoders import finite, jsonable_encoder
from dovetail.exceptions import EndpointContext, ResponseValidationError
from dovetail.utils import is_body_allowed_for_status_code

if TYPE_CHECKING:
    from dovetail.routing.config import OperationConfig

Where = Callable[[Scope], EndpointContext]
# Gives the body for a result in an ASGI scope; may raise `ResponseValidationError`.
Render = Callable[[Any, Scope], bytes]

_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _make_encoder() -> Callable[[Any], str]:
    """Return what writes JSON as `JSONResponse` does, objects as `jsonable_encoder` has them."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=jsonable_encoder
        ).encode
    # PERF(json): the encoder object is made once, not once per call as `JSONEncoder` does.
    encode = make(
        None, jsonable_encoder, json.encoder.encode_basestring, None, ":", ",", False, False, False
    )
    return lambda value: "".join(encode(value, 0))


_encode = _make_encoder()
_PLAIN = frozenset({str, int, float, bool})
_NOTHING: dict[str, Any] = {}


def any_to_json(value: Any) -> bytes:
    """Return any object as JSON, as `JSONResponse(jsonable_encoder(value))` has it."""
    try:
        text = _encode(value)
    except (TypeError, RecursionError):
        # Keys that are no text, which the encoder converts and the writer refuses.
        return _dumps(jsonable_encoder(value)).encode()
    if '"_sa' in text:
        # The encoder leaves out SQLAlchemy's own keys.
        return _dumps(jsonable_encoder(value)).encode()
    return text.encode()


def errors_to_json(errors: Sequence[Any]) -> bytes:
    """Return what the default handler answers to an invalid request."""
    try:
        return any_to_json({"detail": errors})
    except ValueError:
        # The input has NaN in it, as Python's parser of JSON takes it.
        return any_to_json({"detail": finite(jsonable_encoder(errors))})


def json_errors_to_json(errors: Sequence[Any]) -> bytes:
    """Like `errors_to_json`, of errors found in JSON, whose input is JSON data therefore."""
    for error in errors:
        for value in error.get("ctx", _NOTHING).values():
            if type(value) not in _PLAIN:
                return errors_to_json(errors)
    # PERF(422): in a third of the time.
    return to_json({"detail": errors}, inf_nan_mode="null")


def writes_plain_json(response_class: type[Response]) -> bool:
    """Whether the class does nothing but what `any_to_json` and a content type do."""
    return (
        issubclass(response_class, JSONResponse)
        and response_class.render is JSONResponse.render
        and response_class.__init__ is JSONResponse.__init__
        and response_class.__call__ is Response.__call__
        and response_class.init_headers is Response.init_headers
        and response_class.media_type == "application/json"
    )


def compile_render(config: OperationConfig, where: Where) -> Render | None:
    """Return what turns a result into JSON; None when a response object has to be made of it."""
    if not is_body_allowed_for_status_code(config.status_code):
        return None
    field = config.response_field
    if field is not None:
        return _model_render(config, field, where) if config.response_class_is_default else None
    if writes_plain_json(config.response_class):
        return lambda result, scope: any_to_json(result)
    return None


def _model_render(config: OperationConfig, field: ModelField, where: Where) -> Render:
    validate = field.validator.validate_python
    to_json = json_writer(config, field)
    model, item = final_type(field), final_item_type(field)
    options = dump_options(config)
    write_rows = compile_rows(field, item) if options == _NEUTRAL and item is not NoValue else None

    def render(result: Any, scope: Scope) -> bytes:
        kind = type(result)
        if kind is model:
            return to_json(result)
        if kind is list and item is not NoValue:
            kinds = set(map(type, result))
            if kinds == {item}:
                return to_json(result)
            if write_rows is not None and len(kinds) == 1:
                written = write_rows(result, kinds.pop())
                if written is not None:
                    return written
        try:
            value = validate(result, from_attributes=True)
        except ValidationError as exc:
            raise ResponseValidationError(
                errors=errors_at(exc, ("response",)), body=result, endpoint_ctx=where(scope)
            ) from None
        return to_json(value)

    return render


# What `dump_options` gives when the path operation says nothing.
_NEUTRAL = {
    "include": None,
    "exclude": None,
    "by_alias": True,
    "exclude_unset": False,
    "exclude_defaults": False,
    "exclude_none": False,
}


def json_writer(config: OperationConfig, field: ModelField) -> Callable[[Any], bytes]:
    """Return what writes a valid value of `field`, as the path operation wants it serialised."""
    given = {name: value for name, value in dump_options(config).items() if value != _NEUTRAL[name]}
    return partial(field.serializer.to_json, **{"by_alias": True, **given})
