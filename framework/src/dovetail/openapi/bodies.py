"""The Request Body Object of an operation (OpenAPI 3.1, section 4.8.13)."""

from typing import Any

from dovetail._pydantic import ModelField
from dovetail.openapi.parameters import describe_examples
from dovetail.openapi.schemas import FieldSchemas


def describe_body(field: ModelField, schemas: FieldSchemas) -> dict[str, Any]:
    """Return the description of a body that `field` holds as a whole."""
    info: Any = field.field_info
    body: dict[str, Any] = {
        "content": {info.media_type: {"schema": schemas.of(field), **describe_examples(info)}}
    }
    if info.is_required():
        body["required"] = True
    return body
