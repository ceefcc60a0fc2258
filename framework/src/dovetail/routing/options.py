"""The options of path operations, each documented once.

Everything that registers a path operation (`app.get`, `router.api_route`, `APIRoute`, …) takes
some of them as keyword arguments. `documented` gives such a function the signature that lists
them, for `help()`, editors and documentation tools.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, TypedDict, TypeVar

from annotated_doc import Doc
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from dovetail.datastructures import Default
from dovetail.params import Depends
from dovetail.routing.limits import FormLimits
from dovetail.types import IncEx
from dovetail.utils import generate_unique_id

Function = TypeVar("Function", bound=Callable[..., Any])


class RouteOptions(TypedDict, total=False):
    """What may be said about a path operation."""

    response_model: Annotated[
        Any,
        Doc(
            "The type that results are validated, filtered and documented with. Default: the "
            "return annotation of the function; `None` turns it off."
        ),
    ]
    status_code: Annotated[int | None, Doc("Status code of a success. Default: 200.")]
    tags: Annotated[list[str | Enum] | None, Doc("Tags of the operation in OpenAPI.")]
    dependencies: Annotated[
        Sequence[Depends] | None,
        Doc("Dependencies that are run before the function, their results unused."),
    ]
    summary: Annotated[str | None, Doc("Summary in OpenAPI. Default: the function's name.")]
    description: Annotated[
        str | None,
        Doc("Description in OpenAPI (CommonMark). Default: the docstring up to a form feed."),
    ]
    response_description: Annotated[str, Doc("Description of the success in OpenAPI.")]
    responses: Annotated[
        dict[int | str, dict[str, Any]] | None,
        Doc(
            "Further responses by status code, as OpenAPI's Response Objects; the key `model` "
            "gives the type of the body."
        ),
    ]
    deprecated: Annotated[bool | None, Doc("Marks the operation as deprecated in OpenAPI.")]
    operation_id: Annotated[
        str | None, Doc("`operationId` in OpenAPI. Default: made of name, path and method.")
    ]
    response_model_include: Annotated[
        IncEx | None, Doc("Only these fields of the result are sent (see Pydantic's `include`).")
    ]
    response_model_exclude: Annotated[
        IncEx | None, Doc("These fields of the result are not sent (see Pydantic's `exclude`).")
    ]
    response_model_by_alias: Annotated[bool, Doc("Fields are sent under their aliases.")]
    response_model_exclude_unset: Annotated[bool, Doc("Fields nobody has set are not sent.")]
    response_model_exclude_defaults: Annotated[
        bool, Doc("Fields that equal their default are not sent.")
    ]
    response_model_exclude_none: Annotated[bool, Doc("Fields that are `None` are not sent.")]
    include_in_schema: Annotated[bool, Doc("Whether the operation is in the OpenAPI document.")]
    response_class: Annotated[
        type[Response],
        Doc("The response that results are put into. Default: that of router or application."),
    ]
    name: Annotated[
        str | None, Doc("Name for `url_path_for()`. Default: the name of the function.")
    ]
    callbacks: Annotated[
        list[BaseRoute] | None,
        Doc("Requests that the API makes to its client, documented as OpenAPI callbacks."),
    ]
    openapi_extra: Annotated[
        dict[str, Any] | None, Doc("Merged into the Operation Object of the OpenAPI document.")
    ]
    generate_unique_id_function: Annotated[
        Callable[[Any], str],
        Doc("Takes the route, gives its unique id, from which the `operationId` comes."),
    ]
    max_body_size: Annotated[
        int | None,
        Doc(
            "Limit of the request's body in bytes, beyond it: 413. Default: that of the router or "
            "application; `0` allows no body."
        ),
    ]
    form_limits: Annotated[
        FormLimits | None,
        Doc("Limits for reading forms, merged over those of router and application."),
    ]


class MethodOptions(RouteOptions, total=False):
    """`RouteOptions` of what is not named after its HTTP method."""

    methods: Annotated[
        set[str] | list[str] | None, Doc("The HTTP methods it answers. Default: GET.")
    ]


class AddRouteOptions(MethodOptions, total=False):
    """`MethodOptions` of `APIRouter.add_api_route`."""

    route_class_override: Annotated[
        type[Any] | None, Doc("Class of the route. Default: the router's `route_class`.")
    ]
    strict_content_type: Annotated[
        bool,
        Doc("A body is read as JSON only if its content type says so. Default: the router's."),
    ]


class APIRouteOptions(MethodOptions, total=False):
    """`MethodOptions` of `APIRoute` itself."""

    dependency_overrides_provider: Annotated[
        Any, Doc("An object with a mapping `dependency_overrides`, usually the application.")
    ]
    strict_content_type: Annotated[
        bool, Doc("A body is read as JSON only if its content type says so. Default: yes.")
    ]


DEFAULTS: Mapping[str, Any] = {
    "response_model": Default(None),
    "status_code": None,
    "tags": None,
    "dependencies": None,
    "summary": None,
    "description": None,
    "response_description": "Successful Response",
    "responses": None,
    "deprecated": None,
    "methods": None,
    "operation_id": None,
    "response_model_include": None,
    "response_model_exclude": None,
    "response_model_by_alias": True,
    "response_model_exclude_unset": False,
    "response_model_exclude_defaults": False,
    "response_model_exclude_none": False,
    "include_in_schema": True,
    "response_class": Default(JSONResponse),
    "name": None,
    "route_class_override": None,
    "dependency_overrides_provider": None,
    "callbacks": None,
    "openapi_extra": None,
    "generate_unique_id_function": Default(generate_unique_id),
    "strict_content_type": Default(True),
    "max_body_size": None,
    "form_limits": None,
}


def check_names(options: Mapping[str, Any], kind: type, function: str) -> None:
    """Raise the customary `TypeError` for options that `kind` does not have."""
    if unknown := options.keys() - kind.__annotations__.keys():
        name = min(unknown)
        raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")


def documented(
    kind: type, *, without: frozenset[str] = frozenset()
) -> Callable[[Function], Function]:
    """Give a function that takes `**options: Unpack[kind]` a signature that lists them.

    Args:
        kind: one of the classes above.
        without: options that this function does not offer.
    """
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=kind.__annotations__[name],
        )
        for name, default in DEFAULTS.items()
        if name in kind.__annotations__ and name not in without
    ]

    def decorate(function: Function) -> Function:
        signature = inspect.signature(function)
        own = [
            parameter
            for parameter in signature.parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        function.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*own, *parameters]
        )
        return function

    return decorate
