"""All that touches Pydantic beneath its public surface; no other module imports its internals."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model
from pydantic import PydanticSchemaGenerationError as PydanticSchemaGenerationError
from pydantic import PydanticUndefinedAnnotation as PydanticUndefinedAnnotation
from pydantic import ValidationError as ValidationError
from pydantic._internal import _typing_extra
from pydantic.fields import FieldInfo as FieldInfo
from pydantic.main import IncEx
from pydantic.version import VERSION
from pydantic_core import PydanticUndefined, SchemaValidator, core_schema
from pydantic_core import Url as Url
from pydantic_core.core_schema import (
    with_info_plain_validator_function as with_info_plain_validator_function,
)

from dovetail._annotations import (
    annotation_is_pydantic_v1 as annotation_is_pydantic_v1,
)
from dovetail._annotations import (
    is_union,
    lenient_issubclass,
    sequence_annotation_to_type,
    sequence_types,
)

PYDANTIC_VERSION_MINOR_TUPLE = tuple(int(part) for part in VERSION.split(".")[:2])
Undefined = PydanticUndefined
RequiredParam = PydanticUndefined

Mode = Literal["validation", "serialization"]
Loc = tuple[int | str, ...]

# What `FieldInfo.asdict()` of Pydantic 2.12.3 calls attributes; read by hand to support 2.9.
_FIELD_ATTRIBUTES = (
    "default",
    "default_factory",
    "alias",
    "alias_priority",
    "validation_alias",
    "serialization_alias",
    "title",
    "field_title_generator",
    "description",
    "examples",
    "exclude",
    "exclude_if",
    "discriminator",
    "deprecated",
    "json_schema_extra",
    "frozen",
    "validate_default",
    "repr",
    "init",
    "init_var",
    "kw_only",
)


def evaluate_forwardref(
    value: Any, globalns: dict[str, Any] | None = None, localns: dict[str, Any] | None = None
) -> Any:
    """Resolve a forward reference, or return it as it is when a name in it is unknown."""
    evaluate = getattr(_typing_extra, "try_eval_type", None)
    if evaluate is not None:
        return evaluate(value, globalns, localns)[0]
    return _typing_extra.eval_type_lenient(value, globalns, localns)


def _field_attributes(field_info: FieldInfo) -> dict[str, Any]:
    found = ((name, getattr(field_info, name, Undefined)) for name in _FIELD_ATTRIBUTES)
    return {name: value for name, value in found if value is not Undefined}


def copy_field_info(*, field_info: FieldInfo, annotation: Any) -> FieldInfo:
    """Return a copy of `field_info` that takes over all that `annotation` declares."""
    merged = type(field_info).from_annotation(annotation)
    result = copy(field_info)
    for name, value in _field_attributes(merged).items():
        setattr(result, name, value)
    result._attributes_set = merged._attributes_set.copy()
    result.metadata = merged.metadata
    result.annotation = merged.annotation
    return result


def _build_adapter(field_info: FieldInfo, config: ConfigDict | None) -> TypeAdapter[Any]:
    # A fresh `Field` carries the attributes without the metadata, which stands beside it.
    arguments = (
        field_info.annotation,
        *field_info.metadata,
        Field(**_field_attributes(field_info)),
    )
    with warnings.catch_warnings():
        # Pydantic 2.12 warns about attributes (such as an alias) that mean nothing outside a
        # model; here they are kept for those who read the field.
        if PYDANTIC_VERSION_MINOR_TUPLE >= (2, 12):
            from pydantic.warnings import UnsupportedFieldAttributeWarning

            warnings.simplefilter("ignore", category=UnsupportedFieldAttributeWarning)
        return TypeAdapter(cast(Any, Annotated[arguments]), config=config)


@dataclass
class ModelField:
    """A named value with its type: a parameter, a body, or a response.

    `mode` says whether values come in ("validation") or go out ("serialization").
    """

    field_info: FieldInfo
    name: str
    mode: Mode = "validation"
    config: ConfigDict | None = None

    def __post_init__(self) -> None:
        self._type_adapter = _build_adapter(self.field_info, self.config)

    @property
    def validator(self) -> Any:
        """What validates values in pydantic-core: `validate_python` and `validate_json`."""
        return self._type_adapter.validator

    @property
    def serializer(self) -> Any:
        """What serialises valid values in pydantic-core: `to_python` and `to_json`."""
        return self._type_adapter.serializer

    @property
    def alias(self) -> str:
        alias = self.field_info.alias
        return alias if alias is not None else self.name

    @property
    def validation_alias(self) -> str | None:
        alias = self.field_info.validation_alias
        return alias if isinstance(alias, str) and alias else None

    @property
    def serialization_alias(self) -> str | None:
        return self.field_info.serialization_alias or None

    @property
    def default(self) -> Any:
        return self.get_default()

    def get_default(self) -> Any:
        """Return the default, made anew by a factory, or `Undefined` when required."""
        if self.field_info.is_required():
            return Undefined
        return self.field_info.get_default(call_default_factory=True)

    def validate(
        self, value: Any, values: Mapping[str, Any] | None = None, *, loc: Loc = ()
    ) -> tuple[Any, list[dict[str, Any]]]:
        """Return the valid value and no errors, or None and the errors, located under `loc`."""
        try:
            return self._type_adapter.validate_python(value, from_attributes=True), []
        except ValidationError as exc:
            return None, errors_at(exc, loc)

    def serialize(
        self,
        value: Any,
        *,
        mode: Literal["json", "python"] = "json",
        include: IncEx | None = None,
        exclude: IncEx | None = None,
        by_alias: bool = True,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> Any:
        """Return a valid value as Python data; in "json" mode only what JSON can express."""
        return self._type_adapter.dump_python(
            value,
            mode=mode,
            include=include,
            exclude=exclude,
            by_alias=by_alias,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
        )

    def serialize_json(
        self,
        value: Any,
        *,
        include: IncEx | None = None,
        exclude: IncEx | None = None,
        by_alias: bool = True,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> bytes:
        """Return a valid value as JSON (RFC 8259) in UTF-8."""
        return self._type_adapter.dump_json(
            value,
            include=include,
            exclude=exclude,
            by_alias=by_alias,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
        )

    def __hash__(self) -> int:
        return id(self)


def errors_at(exc: ValidationError, loc: Loc) -> list[dict[str, Any]]:
    """Return the errors of `exc` as dicts, `loc` put before each location."""
    errors = exc.errors(include_url=False)
    return [{**error, "loc": (*loc, *error["loc"])} for error in errors]


def get_missing_field_error(loc: Loc) -> dict[str, Any]:
    """Return the error of a required value that is absent at `loc`."""
    return {"type": "missing", "loc": loc, "msg": "Field required", "input": None}


def serialize_sequence_value(*, field: ModelField, value: Any) -> Sequence[Any]:
    """Return `value` as the kind of sequence that `field` declares."""
    annotation = field.field_info.annotation
    candidates = get_args(annotation) if is_union(annotation) else (annotation,)
    first = next(arg for arg in candidates if arg is not type(None))
    kind = get_origin(first) or first
    if not lenient_issubclass(kind, sequence_types):
        raise TypeError(f"{annotation!r} is no sequence type")
    return sequence_annotation_to_type[kind](value)


def create_body_model(
    *, fields: Sequence[ModelField], model_name: str, config: ConfigDict | None = None
) -> type[BaseModel]:
    """Return a model with one attribute per field, for the schema of a combined body."""
    definitions: dict[str, Any] = {
        field.name: (field.field_info.annotation, field.field_info) for field in fields
    }
    return create_model(model_name, __config__=config, **definitions)


def get_model_fields(model: type[BaseModel]) -> list[ModelField]:
    """Return the fields of `model`, each usable by itself."""

    def config_for(annotation: Any) -> ConfigDict | None:
        # Models and dataclasses bring their own configuration and refuse another.
        if lenient_issubclass(annotation, (BaseModel, dict)) or is_dataclass(annotation):
            return None
        return model.model_config

    return [
        ModelField(field_info=info, name=name, config=config_for(info.annotation))
        for name, info in model.model_fields.items()
    ]


@cache
def get_cached_model_fields(model: type[BaseModel]) -> list[ModelField]:
    """Like `get_model_fields`, once per model."""
    return get_model_fields(model)


_IMMUTABLE = (type(None), bool, int, float, str, bytes)


def _with_default(field: ModelField) -> Any:
    """Return the schema of a field, with the default that an absent value has."""
    schema = field._type_adapter.core_schema
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
    return not any(_sees_surroundings(node) for node in schema_nodes(_core_schema(field)))


def _core_schema(field: ModelField) -> Any:
    return field._type_adapter.core_schema


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
    return _json_alike(_core_schema(field), _SAME_IN_JSON)


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
