"""The Parameter Objects of an operation (OpenAPI 3.1, section 4.8.12)."""

from collections.abc import Iterator
from typing import Any

from dovetail._pydantic import ModelField
from dovetail.datastructures import _Unset
from dovetail.dependencies.aliases import aliases
from dovetail.dependencies.graph import flat_fields, param_model
from dovetail.encoders import jsonable_encoder
from dovetail.openapi.inputs import Inputs
from dovetail.openapi.schemas import FieldSchemas
from dovetail.params import ParamTypes


def describe_parameters(inputs: Inputs, schemas: FieldSchemas) -> list[dict[str, Any]]:
    """Return the parameters, each place and name once.

    Of two declarations of one parameter the later counts, but a required one before an optional.
    """
    chosen: dict[tuple[str, str], dict[str, Any]] = {}
    for parameter in _all_parameters(inputs, schemas):
        key = parameter["in"], parameter["name"]
        if key in chosen and chosen[key]["required"] and not parameter["required"]:
            continue
        chosen[key] = parameter
    return list(chosen.values())


def _all_parameters(inputs: Inputs, schemas: FieldSchemas) -> Iterator[dict[str, Any]]:
    for place, fields in inputs.parameters.items():
        for declared in fields:
            if getattr(declared.field_info, "include_in_schema", True):
                for field in flat_fields([declared]):
                    yield _describe(field, declared, place, schemas)


def _describe(
    field: ModelField, declared: ModelField, place: ParamTypes, schemas: FieldSchemas
) -> dict[str, Any]:
    info = field.field_info
    alias, name = aliases(field, convert_underscores=_has_hyphens(field, declared, place))[0]
    parameter = {
        "name": name,
        "in": place.value,
        "required": info.is_required() and not _is_optional_model(declared),
        "schema": schemas.of(field, alias),
    }
    if info.description:
        parameter["description"] = info.description
    parameter.update(describe_examples(info))
    if getattr(info, "deprecated", None):
        parameter["deprecated"] = True
    return parameter


def describe_examples(info: Any) -> dict[str, Any]:
    """Return the `examples`, or else the `example`, that a declaration carries for the document."""
    examples = getattr(info, "openapi_examples", None)
    if examples:
        return {"examples": jsonable_encoder(examples)}
    example = getattr(info, "example", _Unset)
    return {} if example is _Unset else {"example": jsonable_encoder(example)}


def _has_hyphens(field: ModelField, declared: ModelField, place: ParamTypes) -> bool:
    """Return whether underscores of the Python name are hyphens of the header's name."""
    if place is not ParamTypes.header:
        return False
    default = getattr(declared.field_info, "convert_underscores", True)
    return bool(getattr(field.field_info, "convert_underscores", default))


def _is_optional_model(declared: ModelField) -> bool:
    model = param_model(declared)
    info = declared.field_info
    return model is not None and info.annotation is not model and not info.is_required()
