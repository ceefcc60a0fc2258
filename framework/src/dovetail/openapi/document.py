"""The OpenAPI document of an application (OpenAPI 3.1, section 4.8.1)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from starlette.routing import BaseRoute

from dovetail.encoders import jsonable_encoder
from dovetail.openapi.models import OpenAPI
from dovetail.openapi.operations import DocumentedRoute, OperationWriter
from dovetail.openapi.schemas import FieldSchemas, validation_error_schemas

_JSON_TYPES: Final = (str, int, float, bool, type(None))


def get_openapi(
    *,
    title: str,
    version: str,
    openapi_version: str = "3.1.0",
    summary: str | None = None,
    description: str | None = None,
    routes: Sequence[BaseRoute | Any],
    webhooks: Sequence[BaseRoute | Any] | None = None,
    tags: list[dict[str, Any]] | None = None,
    servers: list[dict[str, str | Any]] | None = None,
    terms_of_service: str | None = None,
    contact: dict[str, str | Any] | None = None,
    license_info: dict[str, str | Any] | None = None,
    separate_input_output_schemas: bool = True,
    external_docs: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the document for `routes` and `webhooks` as JSON data.

    Routes that are not path operations, or are kept out of the schema, do not appear. With
    `separate_input_output_schemas` a model that is written differently than it is read gets two
    schemas. The other parameters are members of the document, or of its `info`.

    Raises `pydantic.ValidationError` if what users wrote (additional responses, `openapi_extra`,
    servers, tags…) is not valid OpenAPI. Warns of operation ids that occur twice.
    """
    documented = [*_documented(routes)]
    documented_hooks = [*_documented(webhooks or ())]
    fields = (field for one in [*documented, *documented_hooks] for field in one.fields())
    writer = OperationWriter(FieldSchemas(fields, separate=separate_input_output_schemas))
    paths = _path_items(documented, writer)
    document: dict[str, Any] = {
        "openapi": openapi_version,
        "info": {
            "title": title,
            "version": version,
            "summary": summary or None,
            "description": description or None,
            "termsOfService": terms_of_service or None,
            "contact": contact or None,
            "license": license_info or None,
        },
        "servers": servers or None,
        "paths": _hand_written(paths, writer),
        "webhooks": _path_items(documented_hooks, writer) or None,
        "tags": tags or None,
        "externalDocs": external_docs or None,
        "components": None,
    }
    document["components"] = _components(writer) or None
    # PERF: operations made here alone are valid by construction; checking them and turning them
    # into JSON data by the models takes a third of the whole (measured: 1,000 operations).
    result = _to_json(OpenAPI.model_validate(document))
    result["paths"] = _complete(paths, result["paths"])
    return result


def _hand_written(paths: dict[str, Any], writer: OperationWriter) -> dict[str, Any]:
    """Return the operations that hold something which users wrote as OpenAPI."""
    return {
        path: {
            method: operation
            for method, operation in item.items()
            if id(operation) in writer.hand_written
        }
        for path, item in paths.items()
    }


def _complete(paths: dict[str, Any], validated: dict[str, Any]) -> dict[str, Any]:
    """Return all paths, with the operations that were validated in the form that they got."""
    return {
        path: {
            method: validated[path].get(method) or _without_none(operation)
            for method, operation in item.items()
        }
        for path, item in paths.items()
    }


def _documented(routes: Sequence[BaseRoute | Any]) -> Iterator[DocumentedRoute]:
    from dovetail.routing import APIRoute, iter_route_contexts

    for context in iter_route_contexts(routes):
        if isinstance(context.original_route, APIRoute):
            yield DocumentedRoute.of(context)


def _path_items(documented: list[DocumentedRoute], writer: OperationWriter) -> dict[str, Any]:
    items: dict[str, Any] = {}
    for one in documented:
        item = writer.path_item(one)
        if item:
            items.setdefault(one.route.path_format, {}).update(item)
    return items


def _components(writer: OperationWriter) -> dict[str, Any]:
    definitions = dict(writer.schemas.definitions)
    # A model of the user's that has the name counts.
    if writer.has_validation_errors and "ValidationError" not in definitions:
        definitions.update(validation_error_schemas())
    components: dict[str, Any] = {}
    if definitions:
        components["schemas"] = {name: definitions[name] for name in sorted(definitions)}
    if writer.security_schemes:
        components["securitySchemes"] = writer.security_schemes
    return components


def _to_json(document: OpenAPI) -> dict[str, Any]:
    data = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return _without_none(data)  # type: ignore[no-any-return]


def _without_none(value: Any) -> Any:
    """Return `value` as JSON data, without the members of objects that are None."""
    kind = type(value)
    if kind is dict:
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    if kind is list:
        return [_without_none(one) for one in value]
    return value if kind in _JSON_TYPES else jsonable_encoder(value)
