"""Validators and serialisers made of the schemas of pydantic-core, for whole groups of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic_core import SchemaSerializer, SchemaValidator, core_schema

from dovetail._pydantic import ModelField

_IMMUTABLE = (type(None), bool, int, float, str, bytes)


def _with_default(field: ModelField) -> Any:
    """Return the schema of a field, with the default that an absent value has."""
    schema = field.core_schema
    info = field.field_info
    if info.is_required():
        return schema
    validate_default = bool(info.validate_default)
    factory: Any = info.default_factory
    if factory is not None:
        return core_schema.with_default_schema(
            schema,
            default_factory=lambda: deepcopy(factory()),
            validate_default=validate_default,
        )
    if type(info.default) in _IMMUTABLE:
        return core_schema.with_default_schema(
            schema, default=info.default, validate_default=validate_default
        )
    return core_schema.with_default_schema(
        schema,
        default_factory=lambda: deepcopy(info.default),
        validate_default=validate_default,
    )


def joint_validator(fields: Sequence[tuple[str, ModelField]]) -> SchemaValidator | None:
    """Return one validator for many fields.

    It takes a dict by the given keys and returns the valid values by field name, defaults for
    absent ones included. None when the fields cannot be validated together.
    """
    names = [field.name for _, field in fields]
    if len(set(names)) != len(names) or not all(_is_joinable(field) for _, field in fields):
        return None
    members = {
        field.name: core_schema.typed_dict_field(
            _with_default(field),
            validation_alias=key,
            required=field.field_info.is_required(),
        )
        for key, field in fields
    }
    return SchemaValidator(core_schema.typed_dict_schema(members))


def _is_joinable(field: ModelField) -> bool:
    if getattr(field.field_info, "default_factory_takes_validated_data", False):
        return False
    return not any(_sees_surroundings(node) for node in schema_nodes(field.core_schema))


def _sees_surroundings(node: dict[str, Any]) -> bool:
    """Whether validation can tell a field by itself from one beside others."""
    if node["type"] in ("definitions", "definition-ref"):
        return True
    function = node.get("function")
    return isinstance(function, dict) and function.get("type") == "with-info"


def schema_nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a core schema and all schemas in it."""
    pending = [schema]
    while pending:
        current = pending.pop()
        if isinstance(current, Mapping):
            if isinstance(current.get("type"), str):
                yield current  # type: ignore[misc]
            pending += [value for key, value in current.items() if key != "metadata"]
        elif isinstance(current, (list, tuple)):
            pending += current


# Schemas that take the same JSON values whether they were parsed before or are parsed on the way;
# strict ones excepted.
_SAME_IN_JSON = frozenset(
    "any none bool int float str literal date datetime time timedelta uuid url multi-host-url enum "
    "list tuple set frozenset dict nullable default model model-fields model-field typed-dict "
    "typed-dict-field dataclass dataclass-args dataclass-field definitions definition-ref "
    "union tagged-union function-before function-after function-wrap no-info "
    "computed-field".split()
)
# Inside a union, where values are first tried strictly and JSON text counts as a date, only these.
_SAME_IN_UNIONS = _SAME_IN_JSON - frozenset(
    "date datetime time timedelta uuid url multi-host-url enum tuple set frozenset".split()
)
# Members of a schema that are no schemas although they have a type, or are not about validation.
_NO_SCHEMAS = frozenset({"metadata", "serialization", "computed_fields", "expected", "default"})


def validates_json_alike(field: ModelField) -> bool:
    """Whether validating JSON text gives what validating the parsed text would give."""
    return _json_alike(field.core_schema, _SAME_IN_JSON)


def _json_alike(schema: Any, allowed: frozenset[str]) -> bool:
    if isinstance(schema, (list, tuple)):
        return all(_json_alike(item, allowed) for item in schema)
    if not isinstance(schema, Mapping):
        return True
    kind = schema.get("type")
    if isinstance(kind, str):
        if kind not in allowed or schema.get("strict"):
            return False
        if kind in ("union", "tagged-union"):
            allowed = _SAME_IN_UNIONS
        config = schema.get("config") or {}
        if config.get("strict") or config.get("val_json_bytes", "utf8") != "utf8":
            return False
    return all(
        _json_alike(value, allowed)
        for name, value in schema.items()
        if name not in _NO_SCHEMAS and name != "config"
    )


# Errors that read the same for JSON text as for the parsed text. Others name the kind of value,
# which is an "object" in JSON and a "dictionary" in Python, or do not occur in both.
_SAME_ERRORS = frozenset(
    "missing extra_forbidden literal_error enum value_error assertion_error "
    "string_type string_too_short string_too_long string_pattern_mismatch "
    "bool_type bool_parsing int_type int_parsing int_from_float float_type float_parsing "
    "finite_number too_short too_long union_tag_invalid union_tag_not_found".split()
)
# These too where numbers are compared; of other types the input may be shown as converted.
_SAME_ERRORS_OF_NUMBERS = frozenset(
    "multiple_of greater_than greater_than_equal less_than less_than_equal".split()
)


def are_worded_alike(errors: Sequence[Mapping[str, Any]]) -> bool:
    """Whether validating the parsed text would give these same errors of validating JSON text."""
    for error in errors:
        if error["type"] in _SAME_ERRORS:
            continue
        if error["type"] not in _SAME_ERRORS_OF_NUMBERS or type(error["input"]) not in (int, float):
            return False
    return True


# Types of fields that are validated alike in a model and in a dict, and written alike.
_FLAT_TYPES = frozenset(
    "any none bool int float str bytes decimal date datetime time timedelta uuid url enum literal "
    "list tuple dict nullable model-field".split()
)


@dataclass(frozen=True)
class FlatRows:
    """How to treat a list of objects as a list of flat models, without making models of them.

    Attributes:
        attributes: what to read of each object, into a tuple.
        keys: the names in JSON, in the same order.
        validate: takes and gives a list of such tuples.
        to_json: writes a list of dicts by these names.
    """

    attributes: tuple[str, ...]
    keys: tuple[str, ...]
    validate: Callable[[Any], Any]
    to_json: Callable[[Any], bytes]


def flat_rows(field: ModelField) -> FlatRows | None:
    """Return how to treat the lists of `field`; None unless it is a `list` of a plain, flat model.

    The model must not do anything that tuples do not: validators, defaults, aliases on the way in.
    """
    schema = field.core_schema
    model = schema.get("items_schema") if schema["type"] == "list" else None
    if model is None or schema.keys() - {"type", "items_schema", "metadata"} or not _is_flat(model):
        return None
    members = model["schema"]["fields"]
    keys = [member.get("serialization_alias") or name for name, member in members.items()]
    if len(members) < 2 or len(set(keys)) != len(keys):
        return None
    schemas = [member["schema"] for member in members.values()]
    rows = core_schema.list_schema(core_schema.tuple_schema(schemas))
    written = core_schema.list_schema(
        core_schema.typed_dict_schema(
            {
                key: core_schema.typed_dict_field(member)
                for key, member in zip(keys, schemas, strict=True)
            }
        )
    )
    return FlatRows(
        attributes=tuple(members),
        keys=tuple(keys),
        validate=SchemaValidator(rows).validate_python,
        to_json=SchemaSerializer(written).to_json,
    )


def _is_flat(model: Any) -> bool:
    if model["type"] != "model" or model["schema"]["type"] != "model-fields":
        return False
    allowed = {"type", "cls", "schema", "config", "metadata", "ref", "root_model", "custom_init"}
    config = {key: value for key, value in (model.get("config") or {}).items() if key != "title"}
    config.pop("from_attributes", None)
    if model.keys() - allowed or model.get("root_model") or model.get("custom_init") or config:
        return False
    inner = model["schema"]
    if inner.keys() - {"type", "fields", "model_name", "computed_fields", "metadata"}:
        return False
    return not inner.get("computed_fields") and all(map(_is_flat_member, inner["fields"].values()))


def _is_flat_member(member: Any) -> bool:
    if member.keys() - {"type", "schema", "metadata", "serialization_alias"}:
        return False
    nodes = list(schema_nodes(member))
    return all(
        node["type"] in _FLAT_TYPES and "serialization" not in node and "function" not in node
        for node in nodes
    )
