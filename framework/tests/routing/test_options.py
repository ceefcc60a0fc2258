"""The options of path operations: documented once, and the same everywhere."""

import inspect
from typing import get_args

import pytest
from annotated_doc import Doc

from dovetail import APIRouter, Dovetail
from dovetail.routing import APIRoute
from dovetail.routing.options import APIRouteOptions, RouteOptions

VERBS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
VERB_NAMES = [
    "self", "path", "response_model", "status_code", "tags", "dependencies", "summary",
    "description", "response_description", "responses", "deprecated", "operation_id",
    "response_model_include", "response_model_exclude", "response_model_by_alias",
    "response_model_exclude_unset", "response_model_exclude_defaults",
    "response_model_exclude_none", "include_in_schema", "response_class", "name", "callbacks",
    "openapi_extra", "generate_unique_id_function", "max_body_size", "form_limits",
]  # fmt: skip


@pytest.mark.parametrize("owner", [Dovetail, APIRouter])
@pytest.mark.parametrize("verb", VERBS)
def test_signature_lists_every_option(owner, verb):
    signature = inspect.signature(getattr(owner, verb))
    assert list(signature.parameters) == VERB_NAMES
    options = list(signature.parameters.values())[2:]
    assert all(option.kind is option.KEYWORD_ONLY for option in options)
    assert all(
        any(isinstance(item, Doc) for item in get_args(option.annotation)) for option in options
    )


def test_signatures_of_the_functions_that_add_routes():
    def names(function):
        return set(inspect.signature(function).parameters)

    verb = set(VERB_NAMES)
    assert names(APIRouter.api_route) == verb | {"methods"}
    assert names(Dovetail.api_route) == (verb | {"methods"}) - {"callbacks"}
    assert names(Dovetail.add_api_route) == (verb | {"methods", "endpoint"}) - {"callbacks"}
    added = {"methods", "endpoint", "route_class_override", "strict_content_type"}
    assert names(APIRouter.add_api_route) == verb | added
    given = {"methods", "endpoint", "dependency_overrides_provider", "strict_content_type"}
    assert names(APIRoute) == (verb | given) - {"self"}


def test_options_are_documented_once():
    assert (
        "Status code of a success"
        in get_args(RouteOptions.__annotations__["status_code"])[1].documentation
    )
    assert RouteOptions.__annotations__.items() <= APIRouteOptions.__annotations__.items()


@pytest.mark.parametrize(
    "declare",
    [
        lambda app: app.get("/", respnse_model=None),
        lambda app: app.api_route("/", respnse_model=None),
        lambda app: app.add_api_route("/", print, respnse_model=None),
        lambda app: app.router.add_api_route("/", print, respnse_model=None),
        lambda _: APIRoute("/", print, respnse_model=None),
    ],
)
def test_unknown_option_is_a_type_error(declare):
    with pytest.raises(TypeError, match="respnse_model"):
        declare(Dovetail())
