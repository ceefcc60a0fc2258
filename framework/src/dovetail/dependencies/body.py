"""The body of a path operation: its parameters combined into one field, and taken apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import FormData

from dovetail import params
from dovetail._annotations import lenient_issubclass
from dovetail._pydantic import Loc, ModelField, Undefined, get_missing_field_error
from dovetail.dependencies.aliases import aliases
from dovetail.dependencies.forms import FormPart, form_data, form_model_data, form_models
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


async def body_to_args(
    fields: Sequence[ModelField], body: Any, embed: bool
) -> tuple[dict[str, Any], Errors]:
    """Return the arguments that the body parameters of one callable receive, and the errors.

    `body` is what the request's body was decoded to: JSON data, a form, or bytes; `Undefined`
    when there is none.
    """
    if isinstance(body, FormData):
        return await FormArguments(fields, embed=embed).read(body)
    return data_to_args(fields, body, embed)


class FormArguments:
    """What the body parameters of one callable take from a form."""

    def __init__(self, fields: Sequence[ModelField], *, embed: bool) -> None:
        self._parts = [FormPart(field) for field in fields]
        self._models = [form_models(field) for field in fields]
        self._is_whole = is_whole_body(fields, embed)

    async def read(self, form: FormData) -> tuple[dict[str, Any], Errors]:
        """Return the arguments and the errors, as `body_to_args` does."""
        if self._is_whole:
            return _whole(self._parts[0].field, await form_data(self._parts, form))
        located = [
            (part.field, *await self._located(part, models, form))
            for part, models in zip(self._parts, self._models, strict=True)
        ]
        return _collect(located)

    async def _located(
        self, part: FormPart, models: list[type[BaseModel]], form: FormData
    ) -> tuple[Any, Loc]:
        if models:
            return await form_model_data(part.field, models, form), ("body",)
        name, value = part.find(form)
        return await part.decoded(value), ("body", name)


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
