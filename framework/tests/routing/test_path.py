"""Paths with parameters."""

from uuid import UUID

import pytest
from starlette.routing import compile_path

from dovetail.exceptions import ConfigurationError
from dovetail.routing.path import PathPattern, parameter_of_segment


@pytest.mark.parametrize(
    "path", ["/", "", "/items", "/items/{id}", "/{a:int}/x-{b}.json", "/files/{path:path}"]
)
def test_pattern_is_that_of_starlette(path):
    regex, path_format, convertors = compile_path(path or "/")
    pattern = PathPattern(path or "/")
    assert pattern.regex == regex
    assert pattern.format == path_format
    assert pattern.convertors == convertors


def test_match_converts_parameters():
    pattern = PathPattern("/{n:int}/{u:uuid}/{s}")
    text = "00000000-0000-0000-0000-000000000001"
    assert pattern.match(f"/7/{text}/x") == {"n": 7, "u": UUID(text), "s": "x"}
    assert pattern.match("/x/y/z") is None


def test_unknown_convertor_is_a_configuration_error():
    with pytest.raises(ConfigurationError, match="Unknown path convertor 'nope'"):
        PathPattern("/{a:nope}")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/{a}/{a}", "Duplicated param name a at path"),
        ("/{b}/{a}/{b}/{a}", "Duplicated param names a, b at path"),
    ],
)
def test_repeated_parameter_is_refused(path, message):
    with pytest.raises(ValueError, match=message):
        PathPattern(path)


@pytest.mark.parametrize(
    ("segment", "expected"),
    [("{a}", ("a", "str")), ("{a:int}", ("a", "int")), ("x{a}", None), ("a", None), ("", None)],
)
def test_parameter_of_segment(segment, expected):
    assert parameter_of_segment(segment) == expected
