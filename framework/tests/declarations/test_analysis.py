"""What plug-ins and other modules ask about dependencies."""

import asyncio
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Annotated

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, Field
from starlette.requests import Request
from tests.kit import http_scope

from dovetail import Body, Cookie, Depends, Header, Path, Query, Security, params
from dovetail._pydantic import ModelField, Undefined, serialize_sequence_value
from dovetail.dependencies.aliases import aliases
from dovetail.dependencies.callables import (
    is_async_gen_callable,
    is_coroutine_callable,
    is_gen_callable,
)
from dovetail.dependencies.graph import computed_scope, is_security_scheme, security_scheme
from dovetail.dependencies.utils import (
    get_body_field,
    get_dependant,
    get_flat_params,
    request_params_to_args,
    solve_dependencies,
)
from dovetail.exceptions import DovetailError
from dovetail.security import HTTPBearer


class Page(BaseModel):
    number: int = 1
    size: int = 10


def paged(page: Annotated[Page, Query()], x_a: Annotated[str, Header()] = ""):
    return page


def operation(
    item_id: int,
    page: Annotated[Page, Depends(paged)],
    again: Annotated[Page, Depends(paged)],
    c: Annotated[str, Cookie()] = "",
    body: Annotated[int, Body()] = 1,
):
    pass


def test_all_parameters_path_first():
    dependant = get_dependant(path="/{item_id}", call=operation)
    names = [field.name for field in get_flat_params(dependant)]
    assert names == ["item_id", "number", "size", "x_a", "c"]


def test_the_body_as_one_field():
    dependant = get_dependant(path="/{item_id}", call=operation)
    field = get_body_field(
        body_params=dependant.body_params, name="operation", embed_body_fields=False
    )
    assert field is dependant.body_params[0]
    assert get_body_field(body_params=[], name="x", embed_body_fields=True) is None


def solve(dependant, *, stacks=True, **options):
    async def run():
        scope = http_scope("GET", "/7?number=2", [("cookie", "c=d")])
        scope["path_params"] = {"item_id": "7"}
        async with AsyncExitStack() as stack:
            if stacks:
                scope["fastapi_inner_astack"] = scope["fastapi_function_astack"] = stack
            return await solve_dependencies(
                request=Request(scope), dependant=dependant, embed_body_fields=False, **options
            )

    return asyncio.run(run())


def test_solving_by_hand():
    solved = solve(get_dependant(path="/{item_id}", call=operation))
    assert solved.errors == []
    assert solved.values["item_id"] == 7
    assert solved.values["page"] is solved.values["again"]
    assert solved.values["page"].number == 2
    assert solved.values["c"] == "d"
    assert solved.background_tasks is None
    assert len(solved.dependency_cache) == 1


def test_solving_with_overrides_and_what_is_known():
    provider = SimpleNamespace(dependency_overrides={paged: lambda: "override"})
    dependant = get_dependant(path="/{item_id}", call=operation)
    solved = solve(dependant, dependency_overrides_provider=provider)
    assert solved.values["page"] == "override"
    known = solve(dependant, dependency_cache=solved.dependency_cache)
    assert known.values["page"] == "override"


def test_dependencies_that_end_need_a_stack():
    def ends():
        yield 1

    def needs(value: Annotated[int, Depends(ends)]):
        pass

    dependant = get_dependant(path="/", call=needs)
    assert solve(dependant).values == {"value": 1}
    with pytest.raises(DovetailError, match="not found in request scope"):
        solve(dependant, stacks=False)


def test_when_dependencies_end():
    def ends():
        yield 1

    assert computed_scope(dependant=get_dependant(path="/", call=ends)) == "request"
    early = get_dependant(path="/", call=ends, scope="function")
    assert computed_scope(dependant=early) == "function"
    assert computed_scope(dependant=get_dependant(path="/", call=paged)) is None


def test_security_schemes():
    scheme = HTTPBearer()

    def needs(value: Annotated[str, Security(scheme)]):
        pass

    dependant = get_dependant(path="/", call=needs)
    assert not is_security_scheme(dependant=dependant)
    assert security_scheme(dependant=dependant.dependencies[0]) is scheme
    with pytest.raises(TypeError, match="no security scheme"):
        security_scheme(dependant=dependant)


def test_kinds_of_nothing():
    assert not is_gen_callable(None)
    assert not is_async_gen_callable(None)
    assert not is_coroutine_callable(None)


class Loud:
    async def __call__(self):
        return 1


class Quiet:
    def __call__(self):
        return 1


def test_a_class_is_called_whatever_its_instances_do():
    assert not is_coroutine_callable(Loud)
    assert is_coroutine_callable(Loud())
    assert not is_coroutine_callable(Quiet())


def field(info, annotation=str, name="the_name", config=None):
    info.annotation = annotation
    return ModelField(field_info=info, name=name, config=config)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (field(Query()), [("the_name", "the_name")]),
        (field(Query(alias="a")), [("a", "a")]),
        (field(Query(validation_alias=AliasChoices("a", "b"))), [("a", "a"), ("b", "b")]),
        (field(Query(validation_alias=AliasPath("a", 0))), [("the_name", "the_name")]),
        (
            field(Query(validation_alias=AliasChoices("a", AliasPath("b", 0)))),
            [("the_name", "the_name")],
        ),
        (field(Path(validation_alias=AliasChoices("a", "b"))), [("the_name", "the_name")]),
        (
            field(Query(alias="a"), config={"validate_by_name": True}),
            [("a", "a"), ("the_name", "the_name")],
        ),
        (
            field(Query(alias="a"), config={"validate_by_alias": False, "validate_by_name": True}),
            [("the_name", "the_name")],
        ),
    ],
)
def test_names_to_look_for(made, expected):
    assert aliases(made) == expected


def test_hyphens_in_the_names_of_headers():
    assert aliases(field(Query()), convert_underscores=True) == [("the_name", "the-name")]


def test_sequences_of_the_declared_kind():
    assert serialize_sequence_value(field=field(Query(), set[int] | None), value=[1, 1]) == {1}
    assert serialize_sequence_value(field=field(Query(), tuple[int, ...]), value=[1]) == (1,)
    with pytest.raises(TypeError, match="no sequence type"):
        serialize_sequence_value(field=field(Query(), int), value=[1])


def test_fields_by_themselves():
    made = field(Query(default_factory=list), list[int])
    assert made.default == []
    assert made.default is not made.default
    assert field(Query()).default is Undefined
    assert made.validate(["1"], loc=("query", "x")) == ([1], [])
    value, [error] = made.validate(["x"], loc=("query", "x"))
    assert (value, error["loc"]) == (None, ("query", "x", 0))
    assert made.serialize([1], mode="python") == [1]
    assert len({made, made, field(Query())}) == 2


def test_only_parameters_are_read_from_a_source():
    with pytest.raises(TypeError, match="no parameter"):
        request_params_to_args([field(params.Body())], {})


def test_a_model_with_one_default_per_field():
    class Both(BaseModel):
        a: list[int] = Field(default_factory=lambda: [1])
        b: int = 2

    arguments, errors = request_params_to_args([field(Query(), Both, "both")], {"b": "3"})
    assert errors == []
    assert arguments["both"].model_dump() == {"a": [1], "b": 3}
