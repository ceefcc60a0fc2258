"""The one field that describes the whole body in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy, deepcopy
from functools import partial
from typing import Annotated, Any, Optional, get_args

from pydantic import AliasChoices, BaseModel, ConfigDict, GetPydanticSchema

from dovetail import params
from dovetail._pydantic import (
    FieldInfo,
    ModelField,
    create_body_model,
    get_cached_model_fields,
)
from dovetail.dependencies.aliases import aliases, get_validation_alias
from dovetail.dependencies.forms import form_model, form_models
from dovetail.utils import create_model_field


def get_body_field(
    *, body_params: Sequence[ModelField], name: str, embed_body_fields: bool
) -> ModelField | None:
    """Return the field of the whole body, None when there is no body.

    It tells JSON from a form and gives the schema; values are validated parameter by parameter.
    """
    if not body_params:
        return None
    first = body_params[0]
    if not embed_body_fields and not any(map(_is_optional_form_model, body_params)):
        return first
    model = _body_model(body_params, "Body_" + name)
    if embed_body_fields:
        return _combined_field(body_params, model)
    info = copy(first.field_info)
    info.annotation = model
    # What validates the form model belongs to the parameter, not to its description.
    info.metadata = []
    info.discriminator = None
    return ModelField(name=first.name, field_info=info)


def _is_optional_form_model(field: ModelField) -> bool:
    return bool(form_models(field)) and type(None) in get_args(field.field_info.annotation)


def _body_model(body_params: Sequence[ModelField], name: str) -> type[BaseModel]:
    if not any(form_models(field) for field in body_params):
        return create_body_model(fields=body_params, model_name=name)
    # The keys of a form model are those of the body, so the schemas of the parameters are put
    # together by hand, once Pydantic has made them under numbered names.
    numbered = [_numbered(index, field) for index, field in enumerate(body_params)]
    config = ConfigDict(json_schema_extra=partial(_combine_form_schemas, body_params))
    return create_body_model(fields=numbered, model_name=name, config=config)


def _numbered(index: int, field: ModelField) -> ModelField:
    info = copy(field.field_info)
    model: Any = form_model(field)
    if model is not None:
        schema = GetPydanticSchema(get_pydantic_json_schema=partial(_form_model_schema, model))
        annotated: Any = Annotated[model, schema]
        info.annotation = annotated if info.annotation is model else Optional[annotated]  # noqa: UP045
    info.alias = info.validation_alias = info.serialization_alias = f"field_{index}"
    info.title = info.title or field.name.replace("_", " ").title()
    return ModelField(name=f"field_{index}", field_info=info)


def _combined_field(body_params: Sequence[ModelField], model: type[BaseModel]) -> ModelField:
    infos = [field.field_info for field in body_params]
    kind: type[params.Body] = params.Body
    for candidate in (params.File, params.Form):
        if any(isinstance(info, candidate) for info in infos):
            kind = candidate
            break
    options: dict[str, Any] = {"annotation": model, "alias": "body"}
    if not any(info.is_required() for info in infos):
        options["default"] = None
    media_type = _media_type(kind, infos)
    if media_type is not None:
        options["media_type"] = media_type
    return create_model_field(name="body", type_=model, alias="body", field_info=kind(**options))


def _media_type(kind: type[params.Body], infos: Sequence[FieldInfo]) -> str | None:
    """Return the media type that the parameters agree on, None for that of `kind`."""
    if kind is params.File:
        return None
    declared = {info.media_type for info in infos if isinstance(info, kind)}
    if kind is params.Form and "multipart/form-data" in declared:
        return "multipart/form-data"
    return declared.pop() if len(declared) == 1 else None


def _form_model_schema(model: type[BaseModel], core_schema: Any, handler: Any) -> dict[str, Any]:
    """Return the model's schema with the names that its fields have in a form."""
    schema: dict[str, Any] = handler(core_schema)
    model_schema = handler.resolve_ref_schema(schema)
    renamed = _renamed(model, model_schema)
    if not renamed:
        return schema
    result: dict[str, Any] = deepcopy(model_schema)
    result["properties"] = {
        renamed.get(name, [name])[0]: value for name, value in result["properties"].items()
    }
    required = [renamed.get(name, [name]) for name in result.pop("required", [])]
    result["required"] = [names[0] for names in required if len(names) == 1]
    for names in required:
        if len(names) > 1:
            choice = {"anyOf": [{"required": [name]} for name in names]}
            result.setdefault("allOf", []).append(choice)
    return result


def _renamed(model: type[BaseModel], schema: dict[str, Any]) -> dict[str, list[str]]:
    """Return the names in a form of those properties that have others, or several."""
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    renamed: dict[str, list[str]] = {}
    for field in get_cached_model_fields(model):
        declared = field.field_info.validation_alias
        shown: Any = get_validation_alias(field)
        if isinstance(declared, AliasChoices):
            shown = declared.choices[0]
        names = [alias for alias, _ in aliases(field)]
        if not isinstance(shown, str) or shown not in properties:
            continue
        if names[0] != shown or (len(names) > 1 and shown in required):
            renamed[shown] = names
    return renamed


def _combine_form_schemas(body_params: Sequence[ModelField], schema: dict[str, Any]) -> None:
    """Make one schema of those of plain form fields and of form models, in place."""
    by_number = schema.pop("properties")
    schema.pop("required", None)
    properties: dict[str, Any] = {}
    required: list[str] = []
    conditions: list[dict[str, Any]] = []
    for index, field in enumerate(body_params):
        field_schema = by_number[f"field_{index}"]
        if form_models(field):
            conditions += _form_model_conditions(field, field_schema)
            continue
        name = aliases(field)[0][0]
        if name in properties:
            conditions.append({"properties": {name: field_schema}})
        else:
            properties[name] = field_schema
        if field.field_info.is_required() and name not in required:
            required.append(name)
    if properties:
        schema["properties"] = properties
    if required:
        schema["required"] = required
    schema["allOf"] = conditions


def _form_model_conditions(field: ModelField, schema: dict[str, Any]) -> list[dict[str, Any]]:
    schema.pop("default", None)
    if type(None) not in get_args(field.field_info.annotation):
        return [schema]
    # An optional form model is left out by leaving out its keys; a form has no null.
    schema["anyOf"] = [choice for choice in schema["anyOf"] if choice.get("type") != "null"]
    absent = _absent_schema(form_models(field))
    if field.field_info.is_required():
        return [{"not": absent}, schema]
    return [{"anyOf": [absent, schema]}]


def _absent_schema(models: list[type[BaseModel]]) -> dict[str, Any]:
    """Return the schema of a form in which nothing of `models` is present."""
    if any(model.model_config.get("extra") in ("allow", "forbid") for model in models):
        return {"maxProperties": 0}
    names = {
        alias
        for model in models
        for field in get_cached_model_fields(model)
        for alias, _ in aliases(field)
    }
    return {"not": {"anyOf": [{"required": [name]} for name in sorted(names)]}} if names else {}
