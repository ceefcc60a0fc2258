"""Mistakes in declarations come up where they are made, not at startup or at a request."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, PydanticUserError

from dovetail import APIRouter, Body, Depends, Dovetail, Path, Query
from dovetail.exceptions import ConfigurationError


class Item(BaseModel):
    name: str


class NoType:
    """Pydantic has no schema for this."""


def needs_no_type(value: NoType) -> None: ...


def reads_no_type(value: NoType) -> None: ...


def has_two_bodies(item: Annotated[Item, Body()] = Body()) -> None: ...


def has_two_dependencies(item: Annotated[Item, Depends(Item)] = Depends(Item)) -> None: ...


def depends_on_mistake(value: Annotated[None, Depends(needs_no_type)]) -> None: ...


def asks_for_dict(value: Annotated[dict[str, int], Query()]) -> None: ...


def has_default_in_path(value: Annotated[int, Path()] = 1) -> None: ...


def has_hidden_body(_first: Item, second: Item) -> None: ...


def gives_no_type() -> list[NoType]: ...


def fine() -> None: ...


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (reads_no_type, {}),
        (has_two_bodies, {}),
        (has_two_dependencies, {}),
        (depends_on_mistake, {}),
        (asks_for_dict, {}),
        (has_default_in_path, {}),
        (gives_no_type, {}),
        (fine, {"response_model": dict[str, NoType]}),
        (fine, {"responses": {404: {"model": NoType}}}),
        (fine, {"dependencies": [Depends(needs_no_type)]}),
        (fine, {"dependencies": [Depends("no callable")]}),
        (fine, {"response_model": Item, "status_code": 204}),
        (fine, {"response_class": "text/html"}),
        (fine, {"status_code": "created"}),
    ],
)
def test_decorating_raises(function: Any, options: dict[str, Any]):
    with pytest.raises(ConfigurationError):
        Dovetail().post("/{value}" if function is has_default_in_path else "/", **options)(function)


def test_names_that_a_body_of_several_parts_cannot_have():
    with pytest.raises(PydanticUserError, match="leading underscores"):
        Dovetail().post("/")(has_hidden_body)


def test_an_alias_that_is_no_name():
    def reads_number(value: int = Query(alias=5)) -> None: ...  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="validation_alias"):
        Dovetail().get("/")(reads_number)


@pytest.mark.parametrize(
    "options",
    [
        {"prefix": "items"},
        {"dependencies": [Depends(needs_no_type)]},
        {"dependencies": [Depends("no callable")]},
        {"responses": {404: {"model": NoType}}},
        {"responses": {204: {"model": Item}}},
        {"responses": {404: "not found"}},
        {"default_response_class": "text/html"},
    ],
)
def test_including_raises(options: dict[str, Any]):
    router = APIRouter()
    router.get("/")(fine)
    with pytest.raises(ConfigurationError):
        Dovetail().include_router(router, **options)


def needs_hidden_body(_first: Item) -> None: ...


def reads_query(value: int = Query()) -> None: ...


def reads_body(second: Item) -> None: ...


def refuse(route: Any) -> str:
    if route.path.startswith("/{value}"):
        raise ConfigurationError("no name for this")
    return "name"


@pytest.mark.parametrize(
    ("function", "options", "error"),
    [
        (reads_query, {"prefix": "/{value}"}, ConfigurationError),
        (reads_body, {"dependencies": [Depends(needs_hidden_body)]}, PydanticUserError),
        (
            fine,
            {"prefix": "/{value}", "generate_unique_id_function": refuse},
            ConfigurationError,
        ),
    ],
)
def test_what_goes_wrong_only_together(
    function: Any, options: dict[str, Any], error: type[Exception]
):
    inner, outer = APIRouter(), APIRouter()
    inner.post("/")(function)
    outer.include_router(inner, **options)
    with pytest.raises(error):
        Dovetail().include_router(outer)


def test_what_goes_wrong_only_together_in_a_websocket():
    inner, outer = APIRouter(), APIRouter()
    inner.websocket("/")(reads_query)
    outer.include_router(inner, prefix="/{value}")
    with pytest.raises(ConfigurationError):
        Dovetail().include_router(outer)
