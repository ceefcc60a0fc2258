"""What the values of a form are made of: contents of files, JSON in parts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile

from dovetail import params
from dovetail._annotations import (
    field_annotation_is_scalar,
    field_annotation_is_scalar_sequence,
    is_bytes_or_nonable_bytes_annotation,
    is_bytes_sequence_annotation,
    value_is_sequence,
)
from dovetail._pydantic import ModelField, serialize_sequence_value

Decode = Callable[[ModelField, Any], Awaitable[Any]]


async def read_file_bytes(file: UploadFile) -> bytes:
    """Return the contents from the current position on, which stays where it is."""
    position = file.file.tell()
    try:
        return await file.read()
    finally:
        await file.seek(position)


def decoder(field: ModelField) -> Decode | None:
    """Return what decodes values of the field; None where they are taken as they are."""
    info = field.field_info
    if isinstance(info, params.File):
        reads = is_bytes_or_nonable_bytes_annotation(
            info.annotation
        ) or is_bytes_sequence_annotation(info.annotation)
        return _with_files_read if reads else None
    # A model in a form of its own is made of fields; any other body in a form is one part.
    is_json = isinstance(info, params.Body) and not isinstance(info, params.Form)
    return _with_json_decoded if is_json else None


async def _with_json_decoded(field: ModelField, value: Any) -> Any:
    """Return the data of parts that hold JSON (RFC 7578, section 4.4); other text as it is.

    A part without a file name comes without its content type, so text counts as JSON where no
    scalar is asked for. A list may come as one part, or as a part for each item. What is no JSON
    is left for validation to refuse.
    """
    annotation = field.field_info.annotation
    takes_text = field_annotation_is_scalar(annotation) or field_annotation_is_scalar_sequence(
        annotation
    )
    if not isinstance(value, list):
        return await _json_part(value, takes_text=takes_text)
    items = [await _json_part(item, takes_text=takes_text) for item in value]
    return items[0] if len(items) == 1 and isinstance(items[0], list) else items


async def _json_part(value: Any, *, takes_text: bool) -> Any:
    if isinstance(value, UploadFile) and value.content_type == "application/json":
        value = await read_file_bytes(value)
    elif takes_text or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


async def _with_files_read(field: ModelField, value: Any) -> Any:
    """Return the contents of files where the parameter asks for `bytes`."""
    annotation = field.field_info.annotation
    if isinstance(value, UploadFile) and is_bytes_or_nonable_bytes_annotation(annotation):
        return await read_file_bytes(value)
    if value_is_sequence(value) and is_bytes_sequence_annotation(annotation):
        contents = [
            await read_file_bytes(item) if isinstance(item, UploadFile) else item for item in value
        ]
        return serialize_sequence_value(field=field, value=contents)
    return value
