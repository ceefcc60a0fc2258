"""By which names a field's value is looked up in a request."""

from __future__ import annotations

from typing import cast

from pydantic import AliasChoices, AliasPath

from dovetail import params
from dovetail._pydantic import ModelField

# The name that Pydantic knows, and the key in the request.
Names = tuple[str, str]


def get_validation_alias(field: ModelField) -> str:
    """Return the name under which a value is validated."""
    return field.validation_alias or field.alias


def aliases(field: ModelField, *, convert_underscores: bool = False) -> list[Names]:
    """Return the names to try, the preferred one first.

    `convert_underscores` is for the fields of header models, whose Python names stand for header
    names with hyphens.
    """
    alias = get_validation_alias(field)
    key = alias
    if convert_underscores and alias == field.name:
        key = alias.replace("_", "-")
    declared = field.field_info.validation_alias
    if isinstance(field.field_info, params.Path) or isinstance(declared, AliasPath):
        return [(alias, key)]
    names = [(alias, key)]
    if isinstance(declared, AliasChoices):
        if any(isinstance(choice, AliasPath) for choice in declared.choices):
            return names
        names = [(choice, choice) for choice in cast(list[str], declared.choices)]
    return _with_field_name(field, names, convert_underscores)


def _with_field_name(
    field: ModelField, names: list[Names], convert_underscores: bool
) -> list[Names]:
    """Add the Python name where the model's configuration accepts it."""
    config = field.config or {}
    by_alias = config.get("validate_by_alias") is not False
    by_name = config.get("validate_by_name", config.get("populate_by_name", False))
    own = (field.name, field.name.replace("_", "-") if convert_underscores else field.name)
    if not by_alias:
        return [own]
    if by_name and field.name not in [alias for alias, _ in names]:
        return [*names, own]
    return names
