"""Taking one field's value out of the strings of a request, and validating it.

These are the plain rules, value by value; `dovetail._plan.extract` applies the same ones to all
values of a request at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import Headers, ImmutableMultiDict, UploadFile

from dovetail import params
from dovetail._annotations import field_annotation_is_sequence
from dovetail._pydantic import (
    Loc,
    ModelField,
    Undefined,
    get_cached_model_fields,
    get_missing_field_error,
)
from dovetail.dependencies.aliases import Names, aliases
from dovetail.dependencies.graph import is_json_field, param_model

Errors = list[dict[str, Any]]


def validated(field: ModelField, value: Any, loc: Loc) -> tuple[Any, Errors]:
    """Return the valid value, or that of an absent one, and the errors."""
    if value is not Undefined:
        return field.validate(value, loc=loc)
    if field.field_info.is_required():
        return None, [get_missing_field_error(loc)]
    default = deepcopy(field.default)
    if field.field_info.validate_default:
        return field.validate(default, loc=loc)
    return default, []


def is_empty_file(value: Any) -> bool:
    """Whether this is what a browser sends for a file input where nothing was chosen."""
    return isinstance(value, UploadFile) and value.filename == "" and value.size == 0


def multidict_value(field: ModelField, values: Mapping[str, Any], alias: str) -> Any:
    """Return the value under `alias`, a list where the field is a sequence, or `Undefined`."""
    is_sequence = field_annotation_is_sequence(field.field_info.annotation)
    value: Any
    if (
        is_sequence
        and isinstance(values, (ImmutableMultiDict, Headers))
        and not is_json_field(field)
    ):
        value = values.getlist(alias)
    else:
        value = values.get(alias, None)
    if value is None or (is_sequence and len(value) == 0):
        return Undefined
    return value


def extras(values: Mapping[str, Any], known: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Yield what is under other keys than the known ones; a list where a key is repeated."""
    pairs: Sequence[tuple[str, Any]]
    if isinstance(values, ImmutableMultiDict):
        pairs = values.multi_items()
    elif isinstance(values, Headers):
        pairs = values.items()
    else:
        pairs = list(values.items())
    grouped: dict[str, list[Any]] = {}
    for key, value in pairs:
        if key not in known:
            grouped.setdefault(key, []).append(value)
    for key, found in grouped.items():
        yield key, found[0] if len(found) == 1 else found


def params_to_args(
    fields: Sequence[ModelField], values: Mapping[str, Any]
) -> tuple[dict[str, Any], Errors]:
    """Return the arguments by parameter name, and the errors, of one source of a request."""
    arguments: dict[str, Any] = {}
    errors: Errors = []
    for field in fields:
        model = param_model(field)
        if model is None:
            value, found = _plain_value(field, values)
        else:
            value, found = _ModelReader(field, model, values).read()
        if found:
            errors += found
        else:
            arguments[field.name] = value
    return arguments, errors


def _source(field: ModelField) -> str:
    info = field.field_info
    if not isinstance(info, params.Param):
        raise TypeError(f"{field.name!r} is no parameter outside the body")
    return info.in_.value


def _plain_value(field: ModelField, values: Mapping[str, Any]) -> tuple[Any, Errors]:
    keys = [key for _, key in aliases(field)]
    key = next((key for key in keys if key in values), keys[0])
    return validated(field, multidict_value(field, values, key), (_source(field), key))


class _ModelReader:
    """Reads the fields of a model from the parameters of one source."""

    def __init__(
        self, field: ModelField, model: type[BaseModel], values: Mapping[str, Any]
    ) -> None:
        self.field = field
        self.model = model
        self.values = values
        self.is_headers = isinstance(values, Headers)
        self.data: dict[str, Any] = {}
        self.known: set[str] = set()
        self.own_keys: set[str] = set()
        # Where an error about a field is located, when the model has another name for it.
        self.shown_names: dict[str, str] = {}

    def read(self) -> tuple[Any, Errors]:
        """Return the model, and the errors."""
        for field in get_cached_model_fields(self.model):
            self._take(field)
        self.data.update(extras(self.values, self.known))
        value = Undefined if self._is_absent() else self.data
        result, errors = validated(self.field, value, (_source(self.field),))
        if self.shown_names and self.model.model_config.get("loc_by_alias", True):
            errors = [self._with_shown_name(error) for error in errors]
        return result, errors

    def _take(self, field: ModelField) -> None:
        names = aliases(field, convert_underscores=self._converts(field))
        self.own_keys.update(self._folded(key) for _, key in names)
        alias, key = next((pair for pair in names if pair[1] in self.values), names[0])
        value = multidict_value(field, self.values, key)
        if value is not Undefined:
            self.data[alias] = value
        self.known.add(self._folded(key))
        if self.is_headers:
            self._note_header(field, names, alias, key)

    def _note_header(self, field: ModelField, names: list[Names], alias: str, key: str) -> None:
        # `user_agent` is not the header `user-agent`, and not an undeclared header either.
        self.known.update(name.lower() for name, header in names if name != header)
        if alias != key:
            self.shown_names[field.name] = key

    def _converts(self, field: ModelField) -> bool:
        default = getattr(self.field.field_info, "convert_underscores", True)
        own = getattr(field.field_info, "convert_underscores", default)
        return self.is_headers and bool(own)

    def _folded(self, key: str) -> str:
        return key.lower() if self.is_headers else key

    def _is_absent(self) -> bool:
        """Whether an optional model has no value, since nothing of it was sent."""
        if self.field.field_info.annotation is self.model:
            return False
        if self.own_keys.intersection(self.values):
            return False
        takes_extras = self.model.model_config.get("extra") in ("allow", "forbid")
        return not (takes_extras and self.data)

    def _with_shown_name(self, error: dict[str, Any]) -> dict[str, Any]:
        loc = error["loc"]
        if len(loc) > 1 and loc[1] in self.shown_names:
            error["loc"] = (loc[0], self.shown_names[loc[1]], *loc[2:])
        return error
