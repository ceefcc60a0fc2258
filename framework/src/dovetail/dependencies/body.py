"""The body of a path operation: its parameters combined into one field, and taken apart again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile

from dovetail import params
from dovetail._annotations import (
    field_annotation_is_scalar,
    field_annotation_is_scalar_sequence,
    is_bytes_or_nonable_bytes_annotation,
    is_bytes_sequence_annotation,
    lenient_issubclass,
    value_is_sequence,
)
from dovetail._pydantic import (
    Loc,
    ModelField,
    Undefined,
    get_cached_model_fields,
    get_missing_field_error,
    serialize_sequence_value,
)
from dovetail.dependencies.aliases import aliases
from dovetail.dependencies.forms import form_items, form_models
from dovetail.dependencies.values import Errors, validated


def should_embed_body_fields(fields: Sequence[ModelField]) -> bool:
    """Whether each body parameter is found under a key of its own."""
    if not fields:
        return False
    # Several dependencies may declare the same parameter, so it is the names that count.
    if len({field.name for field in fields}) > 1:
        return True
    first = fields[0]
    info = first.field_info
    if form_models(first) and any(_reads_differently(first, field) for field in fields[1:]):
        return True
    if getattr(info, "embed", None):
        return True
    # A form has keys, so only a model can stand for all of it.
    return (
        isinstance(info, params.Form)
        and not lenient_issubclass(info.annotation, BaseModel)
        and not form_models(first)
    )


def _reads_differently(first: ModelField, other: ModelField) -> bool:
    same_type = other.field_info.annotation is first.field_info.annotation
    return not (form_models(other) and same_type)


async def read_file_bytes(file: UploadFile) -> bytes:
    """Return the contents from the current position on, which stays where it is."""
    position = file.file.tell()
    try:
        return await file.read()
    finally:
        await file.seek(position)


async def _part_value(field: ModelField | None, value: Any) -> Any:
    """Return a part of a form as its parameter takes it: contents of files, JSON decoded."""
    if field is None:
        return value
    if isinstance(field.field_info, params.File):
        return await _with_files_read(field, value)
    # A model in a form of its own is made of fields; any other body in a form is one part.
    is_json = isinstance(field.field_info, params.Body) and not isinstance(
        field.field_info, params.Form
    )
    return await _with_json_decoded(field, value) if is_json else value


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


async def _form_model_data(field: ModelField, models: list[type[BaseModel]], form: FormData) -> Any:
    """Return the form's values for the model of `field`; of a union each member sorts its own."""
    is_optional = type(None) in get_args(field.field_info.annotation)
    if is_optional and not any(_is_supplied(model, form) for model in models):
        return Undefined
    fields = get_cached_model_fields(models[0]) if len(models) == 1 else []
    return {
        alias: await _part_value(source, value) for alias, value, source in form_items(fields, form)
    }


def _is_supplied(model: type[BaseModel], form: FormData) -> bool:
    fields = get_cached_model_fields(model)
    names = {alias for field in fields for alias, _ in aliases(field)}
    takes_extras = model.model_config.get("extra") in ("allow", "forbid")
    return bool(names.intersection(form) or (takes_extras and form))


async def body_to_args(
    fields: Sequence[ModelField], body: Any, embed: bool
) -> tuple[dict[str, Any], Errors]:
    """Return the arguments that the body parameters of one callable receive, and the errors.

    `body` is what the request's body was decoded to: JSON data, a form, or bytes; `Undefined`
    when there is none.
    """
    if not isinstance(body, FormData):
        return data_to_args(fields, body, embed)
    if is_whole_body(fields, embed):
        value = {
            alias: await _part_value(field, value)
            for alias, value, field in form_items(list(fields), body)
        }
        return _whole(fields[0], value)
    form_values = await _form_values(fields, body)
    located = [(field, *await _form_value(field, form_values, body)) for field in fields]
    return _collect(located)


def data_to_args(
    fields: Sequence[ModelField], body: Any, embed: bool
) -> tuple[dict[str, Any], Errors]:
    """Like `body_to_args`, of a body that is no form."""
    if is_whole_body(fields, embed):
        return _whole(fields[0], body)
    if body is Undefined or isinstance(body, (bytes, Mapping)):
        return _collect([(field, *_member(field, body)) for field in fields])
    # A list, a number or null has no members.
    missing = [get_missing_field_error(("body", aliases(field)[0][0])) for field in fields]
    return {}, missing


def is_whole_body(fields: Sequence[ModelField], embed: bool) -> bool:
    """Whether the one field takes all of the body."""
    return (
        len(fields) == 1
        and not embed
        and not should_embed_body_fields(fields)
        and not form_models(fields[0])
    )


def _whole(field: ModelField, value: Any) -> tuple[dict[str, Any], Errors]:
    result, errors = validated(field, value, ("body",))
    return {field.name: result}, errors


def _collect(located: Sequence[tuple[ModelField, Any, Loc]]) -> tuple[dict[str, Any], Errors]:
    arguments: dict[str, Any] = {}
    all_errors: Errors = []
    for field, value, loc in located:
        result, errors = validated(field, value, loc)
        all_errors += errors
        if not errors:
            arguments[field.name] = result
    return arguments, all_errors


def _member(field: ModelField, body: Any) -> tuple[Any, Loc]:
    names = [alias for alias, _ in aliases(field)]
    if isinstance(body, Mapping):
        for name in names:
            if name in body:
                return body[name], ("body", name)
    return Undefined, ("body", names[0])


async def _form_values(fields: Sequence[ModelField], form: FormData) -> dict[str, tuple[str, Any]]:
    """Return name and value of the fields that are single keys, by parameter name."""
    plain = [field for field in fields if not form_models(field)]
    if not plain:
        return {}
    return {
        field.name: (alias, await _part_value(field, value))
        for alias, value, field in form_items(plain, form)
        if field is not None
    }


async def _form_value(
    field: ModelField, form_values: dict[str, tuple[str, Any]], form: FormData
) -> tuple[Any, Loc]:
    models = form_models(field)
    if models:
        return await _form_model_data(field, models, form), ("body",)
    alias, value = form_values.get(field.name, (aliases(field)[0][0], Undefined))
    return value, ("body", alias)
