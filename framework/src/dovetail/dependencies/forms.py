"""Forms: models whose fields are form fields, and unions of such models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, Tag
from starlette.datastructures import FormData

from dovetail import params
from dovetail._annotations import (
    is_union,
    lenient_issubclass,
    model_type,
    without_annotated,
)
from dovetail._pydantic import ModelField, Undefined, get_cached_model_fields
from dovetail.dependencies.aliases import aliases
from dovetail.dependencies.graph import is_json_field
from dovetail.dependencies.values import extras, multidict_value
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
        alias: item
        for alias, item, _ in form_items(get_cached_model_fields(model), FormData(pairs))
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


def form_items(
    fields: list[ModelField], form: Mapping[str, Any]
) -> Iterator[tuple[str, Any, ModelField | None]]:
    """Yield name, value and field for all that is in the form, undeclared keys last."""
    declared: set[str] = set()
    for field in fields:
        for alias, _ in aliases(field):
            declared.add(alias)
            value = multidict_value(field, form, alias)
            if value is not Undefined:
                yield alias, value, field
                # The other names stay free, for other fields or as undeclared keys.
                break
    for key, value in extras(form, declared):
        yield key, value, None
