"""What editors and `help()` show of functions that take their options as `**options`."""

import inspect
from typing import Annotated, get_args, get_origin

import pytest

import dovetail
from dovetail import APIRouter, Dovetail, params
from dovetail.datastructures import DefaultPlaceholder
from dovetail.routing import APIRoute

VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# Names and defaults; those in parentheses are placeholders that outer levels may fill.
OPTIONS = """
    response_model (None)
    status_code None
    tags None
    dependencies None
    summary None
    description None
    response_description 'Successful_Response'
    responses None
    deprecated None
    operation_id None
    response_model_include None
    response_model_exclude None
    response_model_by_alias True
    response_model_exclude_unset False
    response_model_exclude_defaults False
    response_model_exclude_none False
    include_in_schema True
    response_class (JSONResponse)
    name None
    callbacks None
    openapi_extra None
    generate_unique_id_function (generate_unique_id)
    max_body_size None
    form_limits None
"""

PARAM_OPTIONS = set(
    """
    default default_factory alias alias_priority validation_alias serialization_alias title
    description gt ge lt le min_length max_length pattern regex discriminator strict
    multiple_of allow_inf_nan max_digits decimal_places examples example openapi_examples
    deprecated include_in_schema json_schema_extra
    """.split()
)


def shown(default):
    if isinstance(default, DefaultPlaceholder):
        value = default.value
        return f"({getattr(value, '__name__', value)})"
    return repr(default).replace(" ", "_")


def keyword_options(function):
    return {
        parameter.name: shown(parameter.default)
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


@pytest.mark.parametrize("owner", [Dovetail, APIRouter])
@pytest.mark.parametrize("verb", VERBS)
def test_verbs_show_all_options_with_their_defaults(owner, verb):
    expected = dict(line.split() for line in OPTIONS.strip().splitlines())
    assert keyword_options(getattr(owner, verb)) == expected


@pytest.mark.parametrize("owner", [Dovetail, APIRouter])
@pytest.mark.parametrize("verb", VERBS)
def test_options_are_documented_where_they_are_shown(owner, verb):
    for parameter in inspect.signature(getattr(owner, verb)).parameters.values():
        if parameter.name != "self":
            assert get_origin(parameter.annotation) is Annotated, parameter.name
            [doc] = [
                item
                for item in get_args(parameter.annotation)[1:]
                if hasattr(item, "documentation")
            ]
            assert len(doc.documentation) > 10


@pytest.mark.parametrize("owner", [Dovetail, APIRouter])
def test_routes_for_any_method(owner):
    verb = keyword_options(owner.get)
    more = set(keyword_options(owner.api_route)) - set(verb)
    assert more == {"methods"}
    assert "methods" in keyword_options(owner.add_api_route)


def test_a_route_by_itself():
    parameters = list(inspect.signature(APIRoute).parameters)
    assert parameters[:2] == ["path", "endpoint"]
    assert {"dependency_overrides_provider", "strict_content_type"} <= set(parameters)


@pytest.mark.parametrize("verb", VERBS)
def test_unknown_options_are_refused(verb):
    with pytest.raises(TypeError, match="unexpected keyword argument 'respons_model'"):
        getattr(Dovetail(), verb)("/", respons_model=int)(lambda: None)


@pytest.mark.parametrize("name", ["Path", "Query", "Header", "Cookie", "Body", "Form", "File"])
def test_parameter_functions_show_their_options(name):
    for function in (getattr(dovetail, name), getattr(params, name)):
        shown_names = set(inspect.signature(function).parameters)
        assert shown_names >= PARAM_OPTIONS
        assert ("convert_underscores" in shown_names) == (name == "Header")
        assert ("media_type" in shown_names) == (name in ("Body", "Form", "File"))
        assert ("embed" in shown_names) == (name == "Body")
        assert ("annotation" in shown_names) == (function is getattr(params, name))


def test_depends_and_security():
    def options_of(function):
        return list(inspect.signature(function).parameters)

    assert options_of(dovetail.Depends) == ["dependency", "use_cache", "scope", "max_concurrency"]
    assert options_of(dovetail.Security) == ["dependency", "scopes", "use_cache"]


@pytest.mark.parametrize("owner", [Dovetail, APIRouter])
def test_everything_public_has_a_docstring(owner):
    undocumented = [
        name
        for name, member in vars(owner).items()
        if not name.startswith("_") and callable(member) and not inspect.getdoc(member)
    ]
    assert undocumented == []
