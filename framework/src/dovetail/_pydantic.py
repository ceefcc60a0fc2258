"""All that touches Pydantic beneath its public surface; no other module imports its internals."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, is_dataclass
from functools import cache, cached_property
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin
from weakref import WeakValueDictionary

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model
from pydantic import PydanticSchemaGenerationError as PydanticSchemaGenerationError
from pydantic import PydanticUndefinedAnnotation as PydanticUndefinedAnnotation
from pydantic import ValidationError as ValidationError
from pydantic._internal import _typing_extra
from pydantic.fields import FieldInfo as FieldInfo
from pydantic.main import IncEx
from pydantic.version import VERSION
from pydantic_core import PydanticUndefined
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


_PLAIN_TYPES = frozenset({str, int, float, bool, bytes, None, type(None), Any})
_PLAIN_VALUES = (str, int, float, bool, type(None), type(Undefined))
_PLAIN_CONSTRAINTS = frozenset({"annotated_types", "pydantic.types"})

# PERF: the parameters of an application are much alike, `item_id: int` in many operations; those
# that are get one adapter (measured: start-up and memory of 1,000 operations).
_shared_adapters: WeakValueDictionary[Hashable, TypeAdapter[Any]] = WeakValueDictionary()


def _adapter(field_info: FieldInfo, config: ConfigDict | None) -> TypeAdapter[Any]:
    """Return what validates the field, the same for fields that are declared alike."""
    kind = _kind(field_info) if config is None else None
    if kind is None:
        return _build_adapter(field_info, config)
    adapter = _shared_adapters.get(kind)
    if adapter is None:
        adapter = _shared_adapters[kind] = _build_adapter(field_info, None)
    return adapter


def _kind(field_info: FieldInfo) -> Hashable:
    """Return what fields declared alike have in common; None if `field_info` may be like no other.

    Constraints and values stand by their text, since equal ones need not mean the same (1, 1.0).
    """
    stamp = _stamp(field_info.annotation)
    if stamp is None or any(
        type(one).__module__ not in _PLAIN_CONSTRAINTS for one in field_info.metadata
    ):
        return None
    attributes = _field_attributes(field_info)
    if any(type(value) not in _PLAIN_VALUES for value in attributes.values()):
        return None
    return stamp, repr(field_info.metadata), repr(attributes)


def _is_surely_valid(field_info: FieldInfo) -> bool:
    """Whether Pydantic certainly has a schema for the field, without building it."""
    return (
        not field_info.metadata
        and field_info.discriminator is None
        and isinstance(field_info.validation_alias, (str, type(None)))
        and _stamp(field_info.annotation) is not None
    )


def _stamp(annotation: Any) -> Hashable:
    """Return what tells a type of plain types and complete models from others; else None."""
    origin = get_origin(annotation)
    if origin in (list, dict, Union, UnionType):
        stamps = tuple(map(_stamp, get_args(annotation)))
        return None if None in stamps else (origin, stamps)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        # The validator changes when the model is rebuilt.
        complete = annotation.__pydantic_complete__
        return (annotation, annotation.__pydantic_validator__) if complete else None
    if annotation.__hash__ is not None and annotation in _PLAIN_TYPES:
        return (annotation,)
    return None


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
        # A type that Pydantic may refuse is refused where it is declared. Schemas of others are
        # built when they are needed, which is most of the time that starting takes.
        if not _is_surely_valid(self.field_info):
            _ = self._type_adapter

    @cached_property
    def _type_adapter(self) -> TypeAdapter[Any]:
        return _adapter(self.field_info, self.config)

    @property
    def core_schema(self) -> Any:
        """The schema of pydantic-core that validator and serializer were made of."""
        return self._type_adapter.core_schema

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
    errors: list[Any] = exc.errors(include_url=False)
    for error in errors:
        error["loc"] = (*loc, *error["loc"])
    return errors


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
