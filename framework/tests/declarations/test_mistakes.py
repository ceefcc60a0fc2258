"""Mistakes in declarations come up where they are made, not at startup or at a request."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, PydanticUserError

from dovetail import Body, Depends, Dovetail, Path, Query
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
    ],
)
def test_decorating_raises(function: Any, options: dict[str, Any]):
    with pytest.raises(ConfigurationError):
        Dovetail().post("/{value}" if function is has_default_in_path else "/", **options)(function)


def test_names_that_a_body_of_several_parts_cannot_have():
    with pytest.raises(PydanticUserError, match="leading underscores"):
        Dovetail().post("/")(has_hidden_body)


def test_including_raises():
    with pytest.raises(ConfigurationError, match="must start with '/'"):
        Dovetail().include_router(Dovetail().router, prefix="items")
