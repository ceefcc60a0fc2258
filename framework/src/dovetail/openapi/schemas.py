"""JSON Schemas of fields, generated together so that models have one name in the whole document."""

from collections.abc import Hashable, Iterable, Iterator
from functools import cache
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema, PydanticUndefined, core_schema

from dovetail._annotations import lenient_issubclass
from dovetail._pydantic import ModelField
from dovetail.openapi.constants import REF_TEMPLATE

Mode = Literal["validation", "serialization"]

# Equal values of other types need not have equal schemas: True == 1 == 1.0.
_PLAIN_DEFAULTS: Final = (str, int, float, bool, type(None), type(PydanticUndefined))
_SPECIAL: Final = (
    *("default_factory", "discriminator", "examples", "json_schema_extra", "openapi_examples"),
)


class BinaryAwareGenerator(GenerateJsonSchema):
    """Pydantic's generator, with `bytes` as OpenAPI 3.1 describes binary data.

    `contentMediaType` takes the place of OpenAPI 3.0's `format: binary`.
    """

    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:
        """Return the schema of `bytes`; base64 is shown where the model's configuration has it."""
        result: JsonSchemaValue = {
            "type": "string",
            "contentMediaType": "application/octet-stream",
        }
        serializing = self.mode == "serialization"
        config = self._config
        if (config.ser_json_bytes if serializing else config.val_json_bytes) == "base64":
            result["contentEncoding"] = "base64"
        self.update_with_validations(result, schema, self.ValidationsMapping.bytes)
        return result


class FieldSchemas:
    """The schemas of all fields of a document.

    `separate` tells whether a model that is read and written differently gets a schema for each.
    `definitions` holds the named schemas that the fields' schemas refer to.
    """

    def __init__(self, fields: Iterable[ModelField], *, separate: bool) -> None:
        self._separate = separate
        # PERF: most fields of an application are like others, `item_id: int` in many operations;
        # one of each kind is given to Pydantic (measured: a document of 1,000 operations).
        first: dict[Hashable, ModelField] = {}
        self._alike: dict[ModelField, ModelField] = {}
        self._plain: set[ModelField] = set()
        for field in fields:
            kind = _kind(field)
            if kind is not None:
                self._plain.add(field)
            self._alike[field] = first.setdefault(id(field) if kind is None else kind, field)
        inputs = [(field, self._mode(field), core_schema_of(field)) for field in first.values()]
        generator = BinaryAwareGenerator(ref_template=REF_TEMPLATE)
        schemas, definitions = generator.generate_definitions(inputs)
        self._schemas: dict[tuple[ModelField, Mode], JsonSchemaValue] = schemas
        self.definitions: dict[str, dict[str, Any]] = {
            name: _without_notes(schema) for name, schema in definitions.items()
        }

    def of(self, field: ModelField, name: str | None = None) -> dict[str, Any]:
        """Return the schema of `field`, titled after `name` or else its alias."""
        alike = self._alike[field]
        schema = dict(self._schemas[alike, self._mode(alike)])
        if "$ref" not in schema:
            shown = name or _alias(field)
            schema["title"] = field.field_info.title or shown.title().replace("_", " ")
        return schema

    def is_plain(self, field: ModelField) -> bool:
        """Return whether nothing in the schema of `field` was written by hand."""
        return field in self._plain

    def _mode(self, field: ModelField) -> Mode:
        if self._separate or has_computed_fields(field):
            return field.mode
        return "validation"


def _kind(field: ModelField) -> Hashable:
    """Return what fields of one schema have in common; None if `field` may be like no other."""
    info = field.field_info
    is_plain = (
        field.config is None
        and type(info.default) in _PLAIN_DEFAULTS
        and not any(getattr(info, name, None) for name in _SPECIAL)
    )
    annotation: Any = info.annotation
    # Unions and literals are equal in any order, but their schemas have one.
    shown = None if isinstance(annotation, type) else repr(annotation)
    key = (
        *(field.mode, annotation, shown, tuple(info.metadata), type(info.default), info.default),
        *(info.title, info.description, bool(info.deprecated)),
    )
    try:
        hash(key)
    except TypeError:
        return None
    return key if is_plain else None


def core_schema_of(field: ModelField) -> CoreSchema:
    """Return the core schema that validates `field`."""
    schema: CoreSchema = field._type_adapter.core_schema
    return schema


def has_computed_fields(field: ModelField) -> bool:
    """Return whether what is written has fields that are not read, here or in a nested model."""
    schema: Any = core_schema_of(field)
    # Dataclasses have them in the schema only.
    if schema.get("schema", {}).get("computed_fields"):
        return True
    models = _models_in(field.field_info.annotation, set())
    return any(model.model_computed_fields for model in models)


def _models_in(annotation: Any, seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    if not lenient_issubclass(annotation, BaseModel):
        for argument in get_args(annotation):
            yield from _models_in(argument, seen)
    elif annotation not in seen:
        seen.add(annotation)
        yield annotation
        for info in annotation.model_fields.values():
            yield from _models_in(info.annotation, seen)


def _alias(field: ModelField) -> str:
    given = field.validation_alias if field.mode == "validation" else field.serialization_alias
    return given or field.alias


def _without_notes(schema: dict[str, Any]) -> dict[str, Any]:
    """Drop what stands behind a form feed in a model's docstring: notes for its developers."""
    if "description" in schema:
        schema["description"] = schema["description"].split("\f")[0]
    return schema


@cache
def validation_error_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of the 422 answer to invalid input, by name."""
    location = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    error = {
        "title": "ValidationError",
        "type": "object",
        "properties": {
            "loc": {"title": "Location", "type": "array", "items": location},
            "msg": {"title": "Message", "type": "string"},
            "type": {"title": "Error Type", "type": "string"},
            "input": {"title": "Input"},
            "ctx": {"title": "Context", "type": "object"},
        },
        "required": ["loc", "msg", "type"],
    }
    errors = {"type": "array", "items": {"$ref": REF_TEMPLATE.format(model="ValidationError")}}
    response = {
        "title": "HTTPValidationError",
        "type": "object",
        "properties": {"detail": {"title": "Detail", **errors}},
    }
    return {"ValidationError": error, "HTTPValidationError": response}
