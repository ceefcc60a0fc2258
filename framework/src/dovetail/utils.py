"""Small helpers that several modules and plug-ins share."""

import re
import warnings
from typing import TYPE_CHECKING, Any, Literal

from dovetail._pydantic import (
    ModelField,
    PydanticSchemaGenerationError,
    Undefined,
    annotation_is_pydantic_v1,
)
from dovetail.datastructures import DefaultPlaceholder, DefaultType
from dovetail.exceptions import (
    ConfigurationError,
    DovetailDeprecationWarning,
    PydanticV1NotSupportedError,
)

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from dovetail.routing import APIRoute

_STATUS_RANGES = frozenset({"default", "1XX", "2XX", "3XX", "4XX", "5XX"})
_STATUS_WITHOUT_BODY = frozenset({204, 205, 304})
_PATH_PARAMETER = re.compile("{(.*?)}")


def is_body_allowed_for_status_code(status_code: int | str | None) -> bool:
    """Say whether a response with this status may have a body (RFC 9110, section 6.4.1).

    Takes a number, its text, `None`, or one of OpenAPI's ranges ("4XX", "default").
    """
    if status_code is None or status_code in _STATUS_RANGES:
        return True
    number = int(status_code)
    return number >= 200 and number not in _STATUS_WITHOUT_BODY


def get_path_param_names(path: str) -> set[str]:
    """Give the names in braces: `"/a/{b}"` gives `{"b"}`."""
    return set(_PATH_PARAMETER.findall(path))


def create_model_field(
    name: str,
    type_: Any,
    default: Any | None = Undefined,
    field_info: "FieldInfo | None" = None,
    alias: str | None = None,
    mode: Literal["validation", "serialization"] = "validation",
) -> ModelField:
    """Make the field that validates or serializes values of `type_`.

    Raises:
        PydanticV1NotSupportedError: `type_` is, or contains, a model of `pydantic.v1`.
        ConfigurationError: Pydantic has no schema for `type_`.
    """
    from pydantic.fields import FieldInfo

    if annotation_is_pydantic_v1(type_):
        raise PydanticV1NotSupportedError(
            f"Models of pydantic.v1 are not supported; move {type_!r} to Pydantic 2."
        )
    if field_info is None:
        field_info = FieldInfo(annotation=type_, default=default, alias=alias)
    try:
        return ModelField(mode=mode, name=name, field_info=field_info)
    except PydanticSchemaGenerationError:
        raise ConfigurationError(
            f"Invalid args for response field! {type_} is not a valid Pydantic field type. "
            "If it is the return annotation of a path operation and not meant as its response "
            "model, give the decorator the parameter response_model=None."
        ) from None


def generate_operation_id_for_path(*, name: str, path: str, method: str) -> str:
    """Make an operation id of name, path and method. Deprecated: see `generate_unique_id`."""
    warnings.warn(
        "generate_operation_id_for_path() is deprecated and not used by the framework",
        category=DovetailDeprecationWarning,
        stacklevel=2,
    )
    return _operation_id(name, path, method)


def generate_unique_id(route: "APIRoute") -> str:
    """Make the default operation id: `read_item_items__item_id__get`."""
    if not route.methods:
        raise ConfigurationError(f"The path operation {route.path!r} has no method")
    return _operation_id(route.name, route.path_format, next(iter(route.methods)))


def _operation_id(name: str, path: str, method: str) -> str:
    return re.sub(r"\W", "_", f"{name}{path}") + f"_{method.lower()}"


def deep_dict_update(main_dict: dict[Any, Any], update_dict: dict[Any, Any]) -> None:
    """Merge `update_dict` into `main_dict`: dicts recursively, lists by appending."""
    for key, value in update_dict.items():
        present = main_dict.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            deep_dict_update(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            main_dict[key] = present + value
        else:
            main_dict[key] = value


def get_value_or_default(
    first_item: DefaultPlaceholder | DefaultType,
    *extra_items: DefaultPlaceholder | DefaultType,
) -> DefaultPlaceholder | DefaultType:
    """Give the first item that somebody chose; if all are placeholders, the first of them."""
    for item in (first_item, *extra_items):
        if not isinstance(item, DefaultPlaceholder):
            return item
    return first_item
