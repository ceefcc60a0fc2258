"""Results that need no validation: instances of the very response model.

They were validated when they were made; once more would run their validators twice.
"""

from __future__ import annotations

from typing import Any, get_args, get_origin

from dovetail._pydantic import ModelField


class NoValue:
    """The type of no value."""


def _is_settled(annotation: Any) -> bool:
    """Whether instances stay valid as far as their class is concerned."""
    config = getattr(annotation, "model_config", None)
    return (
        isinstance(annotation, type)
        and config is not None
        and config.get("revalidate_instances", "never") == "never"
    )


def final_type(field: ModelField) -> type[Any]:
    """Return the class whose instances need no validation, `NoValue` when there is none."""
    annotation = field.field_info.annotation
    if field.field_info.metadata or not _is_settled(annotation):
        return NoValue
    return annotation  # type: ignore[return-value]


def final_item_type(field: ModelField) -> type[Any]:
    """Return the class of which a list needs no validation, `NoValue` when there is none."""
    annotation = field.field_info.annotation
    if field.field_info.metadata or get_origin(annotation) is not list:
        return NoValue
    [item] = get_args(annotation)
    return item if _is_settled(item) else NoValue


def is_final(field: ModelField, value: Any) -> bool:
    """Whether `value` needs no validation."""
    if type(value) is list:
        item_type = final_item_type(field)
        return item_type is not NoValue and all(type(item) is item_type for item in value)
    return type(value) is final_type(field)
