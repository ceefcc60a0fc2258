"""Forms: models whose fields are form fields, and unions of such models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, Tag
from starlette.datastructures import FormData

from dovetail import params
from dovetail._annotations import (
    field_annotation_is_sequence,
    is_union,
    lenient_issubclass,
    model_type,
    without_annotated,
)
from dovetail._pydantic import ModelField, Undefined, get_cached_model_fields
from dovetail.dependencies.aliases import aliases
from dovetail.dependencies.form_values import decoder
from dovetail.dependencies.graph import is_json_field
from dovetail.dependencies.values import extras, is_empty_file
from dovetail.logger import logger

multipart_not_installed_error = (
    'Form data requires "python-multipart" to be installed. \n'
    'You can install "python-multipart" with: \n\n'
    "pip install python-multipart\n"
)
multipart_incorrect_install_error = (
    'Form data requires "python-multipart" to be installed. '
    'It seems you installed "multipart" instead. \n'
    'You can remove "multipart" with: \n\n'
    "pip uninstall multipart\n\n"
    'And then install "python-multipart" with: \n\n'
    "pip install python-multipart\n"
)


def ensure_multipart_is_installed() -> None:
    """Raise `RuntimeError` that says what to install when forms cannot be parsed."""
    try:
        from python_multipart import __version__

        if __version__ > "0.0.12":
            return
    except ImportError:
        pass
    message = _what_is_wrong_with_multipart()
    if message is not None:
        logger.error(message)
        raise RuntimeError(message)


def _what_is_wrong_with_multipart() -> str | None:
    """Tell the namesake package `multipart` from the former name of `python-multipart`."""
    try:
        from multipart import __version__  # type: ignore[import-untyped]
    except ImportError:
        return multipart_not_installed_error
    if not __version__:
        return multipart_not_installed_error
    try:
        from multipart.multipart import parse_options_header  # type: ignore[import-untyped]
    except ImportError:
        return multipart_incorrect_install_error
    return None if parse_options_header else multipart_incorrect_install_error


def union_models(annotation: Any) -> list[type[BaseModel]]:
    """Return the models of a union of at least two models, else nothing."""
    if not is_union(annotation):
        return []
    members = [without_annotated(arg) for arg in get_args(annotation) if arg is not type(None)]
    if len(members) < 2 or not all(lenient_issubclass(arg, BaseModel) for arg in members):
        return []
    return members


def add_union_validators(annotation: Any) -> Any:
    """Let each model of a union read the form by its own fields."""
    if not union_models(annotation):
        return annotation
    members = [_reading_form(member) for member in get_args(annotation)]
    return Union[tuple(members)]  # noqa: UP007 (made of a tuple)


def _reading_form(member: Any) -> Any:
    if member is type(None):
        return member
    model, *metadata = get_args(member) if get_origin(member) is Annotated else (member,)
    tags = [item for item in metadata if isinstance(item, Tag)]
    # The tag names the member in the location of errors.
    tag = tags[-1] if tags else Tag(model.__name__)
    return Annotated[member, BeforeValidator(partial(_read_as, model=model)), tag]


def _read_as(value: Any, *, model: type[BaseModel]) -> Any:
    """Return form values as `model` reads them: which keys repeat, which are left out."""
    if not isinstance(value, dict):
        return value
    pairs = [
        (key, item)
        for key, items in value.items()
        for item in (items if isinstance(items, list) else [items])
    ]
    read = {
        name: item
        for name, item, _ in form_items(
            map(FormPart, get_cached_model_fields(model)), FormData(pairs)
        )
    }
    # Nothing of a browser, but a validator before this one may have put them there.
    empty = {key: item for key, item in value.items() if item is None or item == []}
    return {**read, **empty}


def form_models(field: ModelField) -> list[type[BaseModel]]:
    """Return the models whose fields are read from the form in place of `field`."""
    info = field.field_info
    if not isinstance(info, params.Form) or info.embed or is_json_field(field):
        return []
    model = model_type(info.annotation)
    return [model] if model is not None else union_models(info.annotation)


def form_model(field: ModelField) -> type[BaseModel] | None:
    """Return the one model that `form_models` gives, None for none or several."""
    models = form_models(field)
    return models[0] if len(models) == 1 else None


class FormPart:
    """A field that is found under one key of a form, or under one of several."""

    __slots__ = ("_decode", "_is_list", "field", "names")

    def __init__(self, field: ModelField) -> None:
        self.field = field
        self.names = [alias for alias, _ in aliases(field)]
        annotation = field.field_info.annotation
        self._is_list = field_annotation_is_sequence(annotation) and not is_json_field(field)
        self._decode = decoder(field)

    def find(self, form: FormData) -> tuple[str, Any]:
        """Return the name that the form has, and the value; the first name and `Undefined`."""
        for name in self.names:
            value = self.value(form, name)
            if value is not Undefined:
                return name, value
        return self.names[0], Undefined

    def value(self, form: FormData, name: str) -> Any:
        """Return the value under `name`, a list where the field is one, or `Undefined`."""
        if self._is_list:
            return [item for item in form.getlist(name) if not is_empty_file(item)] or Undefined
        value = form.get(name)
        return Undefined if value is None or value == "" or is_empty_file(value) else value

    async def decoded(self, value: Any) -> Any:
        """Return what the field takes of a value: contents of a file, JSON decoded."""
        if self._decode is None or value is Undefined:
            return value
        return await self._decode(self.field, value)


def form_items(
    parts: Iterable[FormPart], form: FormData
) -> Iterator[tuple[str, Any, FormPart | None]]:
    """Yield name, value and part for all that is in the form, undeclared keys last."""
    declared: set[str] = set()
    for part in parts:
        for name in part.names:
            declared.add(name)
            value = part.value(form, name)
            if value is not Undefined:
                yield name, value, part
                # The other names stay free, for other fields or as undeclared keys.
                break
    for key, value in extras(form, declared):
        yield key, value, None


async def form_data(parts: Iterable[FormPart], form: FormData) -> dict[str, Any]:
    """Return all that is in the form by name, decoded as the parts take it."""
    return {
        name: value if part is None else await part.decoded(value)
        for name, value, part in form_items(parts, form)
    }


async def form_model_data(field: ModelField, models: list[type[BaseModel]], form: FormData) -> Any:
    """Return the form's values for the model of `field`; of a union each member sorts its own."""
    is_optional = type(None) in get_args(field.field_info.annotation)
    if is_optional and not any(_is_supplied(model, form) for model in models):
        return Undefined
    fields = get_cached_model_fields(models[0]) if len(models) == 1 else []
    return await form_data(map(FormPart, fields), form)


def _is_supplied(model: type[BaseModel], form: FormData) -> bool:
    fields = get_cached_model_fields(model)
    names = {alias for field in fields for alias, _ in aliases(field)}
    takes_extras = model.model_config.get("extra") in ("allow", "forbid")
    return bool(names.intersection(form) or (takes_extras and form))
