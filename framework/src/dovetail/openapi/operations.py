"""The Path Item and Operation Objects (OpenAPI 3.1, sections 4.8.9 and 4.8.10)."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dovetail._pydantic import ModelField
from dovetail.exceptions import ConfigurationError
from dovetail.openapi.bodies import describe_body
from dovetail.openapi.constants import METHODS_WITH_DOCUMENTED_BODY
from dovetail.openapi.inputs import Inputs, gather_inputs
from dovetail.openapi.parameters import describe_parameters
from dovetail.openapi.responses import describe_responses
from dovetail.openapi.schemas import FieldSchemas
from dovetail.utils import deep_dict_update


@dataclass(slots=True)
class DocumentedRoute:
    """A path operation of the document with what it reads and the operations it calls back.

    `route` is a `routing.APIRoute`, or the context in which a router includes one.
    """

    route: Any
    inputs: Inputs
    callbacks: "list[DocumentedRoute]"

    @classmethod
    def of(cls, route: Any) -> "DocumentedRoute":
        """Gather what there is to say about `route`."""
        from dovetail.routing import APIRoute

        callbacks = [one for one in route.callbacks or () if isinstance(one, APIRoute)]
        return cls(route, gather_inputs(route.dependant), [cls.of(one) for one in callbacks])

    def fields(self) -> Iterator[ModelField]:
        """Yield all fields whose schemas the description needs."""
        route = self.route
        if not route.include_in_schema:
            return
        for callback in self.callbacks:
            yield from callback.fields()
        if route.body_field:
            yield route.body_field
        if route.response_field:
            yield route.response_field
        yield from route.response_fields.values()
        if route.stream_item_field:
            yield route.stream_item_field
        yield from self.inputs.fields()


@dataclass(slots=True)
class OperationWriter:
    """Writes operations, and remembers what the rest of the document must hold for them."""

    schemas: FieldSchemas
    security_schemes: dict[str, Any] = field(default_factory=dict)
    hand_written: set[int] = field(default_factory=set)
    """Ids of the operations that hold something which users wrote as OpenAPI: to be validated."""
    has_validation_errors: bool = False
    _operation_ids: set[str] = field(default_factory=set)

    def path_item(self, documented: DocumentedRoute) -> dict[str, Any]:
        """Return the operations of a route by method; none if it is kept out of the document.

        Raises `ConfigurationError` if the route has no methods.
        """
        route = documented.route
        if route.methods is None:
            raise ConfigurationError(f"The path operation {route.path!r} has no methods")
        if not route.include_in_schema:
            return {}
        return {method.lower(): self._operation(documented, method) for method in route.methods}

    def _operation(self, documented: DocumentedRoute, method: str) -> dict[str, Any]:
        route, inputs = documented.route, documented.inputs
        operation = self._metadata(route)
        if inputs.credentials:
            operation["security"] = self._security(inputs)
        parameters = describe_parameters(inputs, self.schemas)
        if parameters:
            operation["parameters"] = parameters
        if route.body_field and method in METHODS_WITH_DOCUMENTED_BODY:
            operation["requestBody"] = describe_body(route.body_field, self.schemas)
        if route.callbacks:
            operation["callbacks"] = {
                callback.route.name: {callback.route.path: self.path_item(callback)}
                for callback in documented.callbacks
            }
        has_input = any(True for _ in inputs.fields()) or bool(route.body_field)
        operation["responses"], invalid = describe_responses(
            route, self.schemas, has_input=has_input
        )
        self.has_validation_errors |= invalid
        if route.openapi_extra:
            deep_dict_update(operation, route.openapi_extra)
        if self._is_hand_written(documented):
            self.hand_written.add(id(operation))
        return operation

    def _is_hand_written(self, documented: DocumentedRoute) -> bool:
        route = documented.route
        if route.openapi_extra or route.responses or route.callbacks:
            return True
        return not all(self.schemas.is_plain(one) for one in documented.fields())

    def _metadata(self, route: Any) -> dict[str, Any]:
        operation: dict[str, Any] = {
            "summary": route.summary or route.name.replace("_", " ").title(),
            "operationId": self._operation_id(route),
        }
        for key in ("tags", "description", "deprecated"):
            value = getattr(route, key)
            if value:
                operation[key] = value
        return operation

    def _operation_id(self, route: Any) -> str:
        operation_id: str = route.operation_id or route.unique_id
        if operation_id in self._operation_ids:
            _warn_of_duplicate(operation_id, route.endpoint)
        self._operation_ids.add(operation_id)
        return operation_id

    def _security(self, inputs: Inputs) -> list[dict[str, list[str]]]:
        """Return the requirements, one per scheme with all its scopes; note the schemes."""
        requirements: dict[str, list[str]] = {}
        for scheme, scopes in inputs.credentials:
            name = scheme.scheme_name
            self.security_schemes[name] = scheme.model
            known = requirements.setdefault(name, [])
            known.extend(scope for scope in scopes if scope not in known)
        return [{name: scopes} for name, scopes in requirements.items()]


def _warn_of_duplicate(operation_id: str, endpoint: Any) -> None:
    name = getattr(endpoint, "__name__", "<unnamed endpoint>")
    file = getattr(endpoint, "__globals__", {}).get("__file__")
    place = f" at {file}" if file else ""
    warnings.warn(f"Duplicate Operation ID {operation_id} for function {name}{place}", stacklevel=2)
