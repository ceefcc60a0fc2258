"""Reading a callable's parameters: where each one's value comes from."""

from __future__ import annotations

import dataclasses
import inspect
import operator
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin
from weakref import WeakKeyDictionary

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from starlette.background import BackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from typing_inspection.typing_objects import is_typealiastype

from dovetail import params
from dovetail._annotations import (
    field_annotation_is_scalar,
    field_annotation_is_scalar_sequence,
    is_uploadfile_or_nonable_uploadfile_annotation,
    is_uploadfile_sequence_annotation,
    lenient_issubclass,
    model_type,
)
from dovetail._pydantic import ModelField, RequiredParam, Undefined, copy_field_info
from dovetail.concurrency import _DependencyConcurrency
from dovetail.dependencies.callables import is_async_gen_callable, is_gen_callable
from dovetail.dependencies.forms import add_union_validators, ensure_multipart_is_installed
from dovetail.dependencies.graph import computed_scope
from dovetail.dependencies.models import Dependant
from dovetail.dependencies.signature import get_typed_signature, what_signature_says
from dovetail.exceptions import ConfigurationError, DependencyScopeError
from dovetail.security.oauth2 import SecurityScopes
from dovetail.utils import create_model_field, get_path_param_names

_EMPTY = inspect.Parameter.empty

# Parameters that receive an object of the request, and the attribute that notes their name.
# Order matters: a Request is an HTTPConnection too.
_INJECTED: tuple[tuple[type[Any], str], ...] = (
    (Request, "request_param_name"),
    (WebSocket, "websocket_param_name"),
    (HTTPConnection, "http_connection_param_name"),
    (Response, "response_param_name"),
    (BackgroundTasks, "background_tasks_param_name"),
    (SecurityScopes, "security_scopes_param_name"),
)
_INJECTED_TYPES = tuple(cls for cls, _ in _INJECTED)


@dataclass
class ParamDetails:
    """What one parameter turned out to be: a dependency, a field, or neither."""

    type_annotation: Any
    depends: params.Depends | None
    field: ModelField | None


def get_dependant(
    *,
    path: str,
    call: Callable[..., Any],
    name: str | None = None,
    own_oauth_scopes: list[str] | None = None,
    parent_oauth_scopes: list[str] | None = None,
    use_cache: bool = True,
    scope: Literal["function", "request"] | None = None,
    concurrency: _DependencyConcurrency | None = None,
) -> Dependant:
    """Read the signature of `call`, and of all that it depends on.

    Raises `ConfigurationError` (or a subclass) for a declaration that makes no sense.
    """
    dependant = Dependant(
        call=call,
        name=name,
        path=path,
        use_cache=use_cache,
        scope=scope,
        concurrency=concurrency,
        own_oauth_scopes=own_oauth_scopes,
        parent_oauth_scopes=parent_oauth_scopes,
    )
    # The path operation functions of an application are many, and each is read once or twice.
    read = _read_dependency if own_oauth_scopes is not None else _read
    for parameter, details in read(call, get_path_param_names(path)).items():
        if details.depends is not None:
            _add_dependency(dependant, parameter, details.depends)
        elif not _add_injected(dependant, parameter, details):
            _add_field(dependant, details.field)
    return dependant


def _read(call: Callable[..., Any], path_param_names: set[str]) -> dict[str, ParamDetails]:
    """Return what each parameter of `call` turns out to be."""
    return {
        name: analyze_param(
            param_name=name,
            annotation=parameter.annotation,
            value=parameter.default,
            path_param_names=path_param_names,
        )
        for name, parameter in get_typed_signature(call).parameters.items()
    }


@dataclass(slots=True)
class _Reading:
    """What was read of a function: `details`, while its signature is made of `said`."""

    said: tuple[Any, ...]
    details: dict[str, ParamDetails]


_readings: WeakKeyDictionary[Callable[..., Any], _Reading] = WeakKeyDictionary()


def _read_dependency(
    call: Callable[..., Any], path_param_names: set[str]
) -> dict[str, ParamDetails]:
    """Like `_read`, but again only if something could have changed.

    PERF: one dependency serves many path operations (measured: start-up and memory of 1,000).
    """
    said = what_signature_says(call)
    if said is None:
        return _read(call, path_param_names)
    known = _readings.get(call)
    if (
        known is not None
        and len(known.said) == len(said)
        and all(map(operator.is_, known.said, said))
        and path_param_names.isdisjoint(known.details)
    ):
        return known.details
    details = _read(call, path_param_names)
    fields = [one.field for one in details.values() if one.field is not None]
    if not any(isinstance(field.field_info, params.Path) for field in fields):
        _readings[call] = _Reading(said, details)
    return details


def get_parameterless_sub_dependant(*, depends: params.Depends, path: str) -> Dependant:
    """Read a dependency whose value nobody receives, as in `dependencies=[Depends(f)]`."""
    if not callable(depends.dependency):
        raise ConfigurationError("A parameter-less dependency must have a callable dependency")
    return get_dependant(
        path=path,
        call=depends.dependency,
        scope=depends.scope,
        concurrency=depends._concurrency,
        own_oauth_scopes=_scopes_of(depends),
    )


def _scopes_of(depends: params.Depends) -> list[str]:
    scopes = depends.scopes if isinstance(depends, params.Security) else None
    return list(scopes or ())


def _add_dependency(dependant: Dependant, name: str, depends: params.Depends) -> None:
    if depends.scope == "function" and _ends_with_request(dependant):
        owner = getattr(dependant.call, "__name__", "<unnamed_callable>")
        raise DependencyScopeError(
            f'The dependency "{owner}" has a scope of "request", it cannot depend on'
            ' dependencies with scope "function".'
        )
    if depends.dependency is None:
        raise ConfigurationError(f"The dependency of the parameter {name!r} is not callable")
    outer_scopes = [*(dependant.parent_oauth_scopes or ()), *(dependant.own_oauth_scopes or ())]
    dependant.dependencies.append(
        get_dependant(
            path=dependant.path or "",
            call=depends.dependency,
            name=name,
            own_oauth_scopes=_scopes_of(depends),
            parent_oauth_scopes=outer_scopes,
            use_cache=depends.use_cache,
            scope=depends.scope,
            concurrency=depends._concurrency,
        )
    )


def _ends_with_request(dependant: Dependant) -> bool:
    has_exit = is_gen_callable(dependant.call) or is_async_gen_callable(dependant.call)
    return has_exit and computed_scope(dependant=dependant) == "request"


def _add_injected(dependant: Dependant, name: str, details: ParamDetails) -> bool:
    for cls, attribute in _INJECTED:
        if lenient_issubclass(details.type_annotation, cls):
            if details.field is not None:
                raise ConfigurationError(
                    f"Cannot specify multiple FastAPI annotations for {name!r}"
                )
            setattr(dependant, attribute, name)
            return True
    return False


def _add_field(dependant: Dependant, field: ModelField | None) -> None:
    if field is None:
        raise ConfigurationError("A parameter is neither a field nor a dependency")
    if isinstance(field.field_info, params.Body):
        dependant.body_params.append(field)
        return
    fields_by_source = {
        params.ParamTypes.path: dependant.path_params,
        params.ParamTypes.query: dependant.query_params,
        params.ParamTypes.header: dependant.header_params,
        params.ParamTypes.cookie: dependant.cookie_params,
    }
    source = getattr(field.field_info, "in_", None)
    if source not in fields_by_source:
        raise ConfigurationError(
            "non-body parameters must be in path, query, header or cookie: " + field.name
        )
    fields_by_source[source].append(field)


def analyze_param(
    *, param_name: str, annotation: Any, value: Any, path_param_names: set[str]
) -> ParamDetails:
    """Decide what a parameter is, by its annotation and its default."""
    reader = _ParamReader(param_name, annotation, value, param_name in path_param_names)
    field_info, depends = reader.read()
    field = None
    if field_info is not None:
        field = reader.make_field(field_info, path_param_names)
    return ParamDetails(type_annotation=reader.type_annotation, depends=depends, field=field)


class _ParamReader:
    """Reads one parameter."""

    def __init__(self, name: str, annotation: Any, value: Any, is_path: bool) -> None:
        if is_typealiastype(annotation):
            annotation = annotation.__value__
        self.name = name
        self.value = value
        self.is_path = is_path
        self.annotation = Any if annotation is _EMPTY else annotation
        self.is_annotated = get_origin(self.annotation) is Annotated
        self.type_annotation = (
            get_args(self.annotation)[0] if self.is_annotated else self.annotation
        )

    def read(self) -> tuple[FieldInfo | None, params.Depends | None]:
        """Return the declaration of a field, or of a dependency, or neither."""
        field_info, depends = self._from_annotated()
        if isinstance(self.value, params.Depends):
            self._refuse_second(depends, field_info)
            depends = self.value
        elif isinstance(self.value, FieldInfo):
            if field_info is not None:
                raise ConfigurationError(
                    "Cannot specify FastAPI annotations in `Annotated` and default value"
                    f" together for {self.name!r}"
                )
            field_info = self.value
            field_info.annotation = self.type_annotation
        if depends is not None and depends.dependency is None:
            depends = dataclasses.replace(depends, dependency=self.type_annotation)
        if depends is None and lenient_issubclass(self.type_annotation, _INJECTED_TYPES):
            if field_info is not None:
                raise ConfigurationError(
                    f"Cannot specify FastAPI annotation for type {self.type_annotation!r}"
                )
            return None, None
        if depends is None and field_info is None:
            field_info = self._inferred()
        return field_info, depends

    def _from_annotated(self) -> tuple[FieldInfo | None, params.Depends | None]:
        if not self.is_annotated:
            return None, None
        ours = (params.Param, params.Body, params.Depends)
        declared = [arg for arg in get_args(self.annotation)[1:] if isinstance(arg, ours)]
        if not declared:
            return None, None
        last = declared[-1]
        if isinstance(last, params.Depends):
            return None, last
        field_info = copy_field_info(field_info=last, annotation=self.annotation)
        if field_info.default is not Undefined and field_info.default is not RequiredParam:
            raise ConfigurationError(
                f"`{type(field_info).__name__}` default value cannot be set in"
                f" `Annotated` for {self.name!r}. Set the default value with `=` instead."
            )
        field_info.default = RequiredParam
        if self.value is not _EMPTY:
            if self.is_path:
                raise ConfigurationError("Path parameters cannot have default values")
            field_info.default = self.value
        return field_info, None

    def _refuse_second(self, depends: params.Depends | None, field_info: Any) -> None:
        if depends is not None:
            raise ConfigurationError(
                "Cannot specify `Depends` in `Annotated` and default value"
                f" together for {self.name!r}"
            )
        if field_info is not None:
            raise ConfigurationError(
                "Cannot specify a FastAPI annotation in `Annotated` and `Depends` as a"
                f" default value together for {self.name!r}"
            )

    def _inferred(self) -> FieldInfo:
        """Return the declaration that a parameter has when nothing is said."""
        default = RequiredParam if self.value is _EMPTY else self.value
        annotation = self.type_annotation
        field_info: FieldInfo
        if self.is_path:
            # A default is ignored: the same function may serve a path without the parameter.
            field_info = params.Path()
        elif is_uploadfile_or_nonable_uploadfile_annotation(
            annotation
        ) or is_uploadfile_sequence_annotation(annotation):
            field_info = params.File(default)
        elif not field_annotation_is_scalar(annotation):
            field_info = params.Body(default)
        else:
            field_info = params.Query(default)
        field_info.annotation = self.annotation
        if self.is_annotated:
            default = field_info.default
            field_info = copy_field_info(field_info=field_info, annotation=self.annotation)
            field_info.default = default
            if self.is_path:
                field_info.default_factory = None
        return field_info

    def make_field(self, field_info: FieldInfo, path_param_names: set[str]) -> ModelField:
        """Return the field that validates the parameter, or raise for a wrong declaration."""
        if self.is_path and not isinstance(field_info, params.Path):
            raise ConfigurationError(
                f"Cannot use `{type(field_info).__name__}` for path param {self.name!r}"
            )
        if isinstance(field_info, params.Param) and getattr(field_info, "in_", None) is None:
            field_info.in_ = params.ParamTypes.query
        if isinstance(field_info, params.Form):
            ensure_multipart_is_installed()
            field_info.annotation = add_union_validators(field_info.annotation)
        field_info = _with_path_alias(field_info, path_param_names)
        field_info.alias = self._alias(field_info)
        field = create_model_field(
            name=self.name,
            type_=self.annotation,
            default=field_info.default,
            alias=field_info.alias,
            field_info=field_info,
        )
        self._check_type(field)
        return field

    def _alias(self, field_info: FieldInfo) -> str:
        if not field_info.alias and getattr(field_info, "convert_underscores", None):
            return self.name.replace("_", "-")
        return field_info.alias or self.name

    def _check_type(self, field: ModelField) -> None:
        annotation = field.field_info.annotation
        is_scalar = field_annotation_is_scalar(annotation)
        if self.is_path and not is_scalar:
            raise ConfigurationError("Path params must be of one of the supported types")
        if self.is_path or not isinstance(field.field_info, params.Query):
            return
        if not (
            is_scalar
            or field_annotation_is_scalar_sequence(annotation)
            or model_type(annotation) is not None
        ):
            raise ConfigurationError(
                f"Query parameter {self.name!r} must be one of the supported types"
            )


def _with_path_alias(field_info: FieldInfo, path_param_names: set[str]) -> FieldInfo:
    """Settle which of several names a path parameter has in this path."""
    alias = field_info.validation_alias
    if not isinstance(field_info, params.Path) or not isinstance(alias, AliasChoices):
        return field_info
    if not all(isinstance(choice, str) for choice in alias.choices):
        return field_info
    for choice in alias.choices:
        if choice in path_param_names:
            # The declaration may be shared with routes whose path has another of the names.
            field_info = copy(field_info)
            field_info.validation_alias = choice
            break
    return field_info
