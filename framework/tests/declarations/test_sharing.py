"""Parameters declared alike share what was made of them; others do not."""

from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo
from tests.kit import client

from dovetail import Depends, Dovetail, Header, Query
from dovetail._pydantic import ModelField
from dovetail.dependencies.utils import get_dependant


class Item(BaseModel):
    size: int


def doubled(value: int) -> int:
    return 2 * value


def adapter(declared: Any) -> Any:
    info = declared if isinstance(declared, FieldInfo) else FieldInfo.from_annotation(declared)
    return ModelField(field_info=info, name="value")._type_adapter


@pytest.mark.parametrize(
    "declared",
    [
        int,
        str | None,
        list[Item],
        dict[str, Any],
        Annotated[int, Query(ge=1, description="From 1.")],
    ],
)
def test_fields_declared_alike_share_an_adapter(declared):
    assert adapter(declared) is adapter(declared)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (int, bool),
        (int | str, str | int),
        (Query(default=1), Query(default=True)),
        (Query(default=1), Query(default=1.0)),
        (Annotated[float, Query(ge=1)], Annotated[float, Query(ge=1.0)]),
        (Annotated[int, Query(title="One")], Annotated[int, Query(title="Other")]),
        (Annotated[int, AfterValidator(doubled)], Annotated[int, AfterValidator(doubled)]),
        (Query(default_factory=list), Query(default_factory=list)),
    ],
)
def test_other_fields_do_not(one, other):
    first, second = adapter(one), adapter(other)
    assert first is not second


def test_a_rebuilt_model_is_validated_as_it_is_now():
    class Box(BaseModel):
        item: Any

    first = adapter(Box)
    Box.model_fields["item"].annotation = int
    Box.model_rebuild(force=True)
    second = adapter(Box)
    assert first.validate_python({"item": "x"}).item == "x"
    with pytest.raises(ValueError, match="valid integer"):
        second.validate_python({"item": "x"})


def fields_of(function: Any, path: str = "/") -> Any:
    def operation(value: Any = Depends(function)) -> None: ...

    return get_dependant(path=path, call=operation).dependencies[0]


def test_a_dependency_is_read_once_for_all_operations():
    def tenant(x_tenant: Annotated[int, Header()] = 0, name: str = "") -> int:
        return x_tenant

    one, other = fields_of(tenant, "/a"), fields_of(tenant, "/b")
    assert one is not other
    assert one.header_params[0] is other.header_params[0]
    assert one.query_params[0] is other.query_params[0]


def test_a_dependency_is_read_again_for_a_path_with_its_parameter():
    def item(name: str = "") -> str:
        return name

    assert [field.name for field in fields_of(item).query_params] == ["name"]
    assert [field.name for field in fields_of(item, "/{name}").path_params] == ["name"]
    assert [field.name for field in fields_of(item).query_params] == ["name"]


@pytest.mark.parametrize("change", ["default", "annotation", "code", "wrapped"])
def test_a_dependency_is_read_again_when_its_signature_changed(change):
    def limit(size: int = 1) -> int:
        return size

    def other(number: int = 2) -> int:
        return number

    assert fields_of(limit).query_params[0].default == 1
    if change == "default":
        limit.__defaults__ = (2,)
    elif change == "annotation":
        limit.__annotations__["size"] = str
    elif change == "code":
        limit.__code__ = other.__code__
    else:
        limit.__wrapped__ = other  # type: ignore[attr-defined]
    field = fields_of(limit).query_params[0]
    found = (field.name, field.field_info.annotation, field.default)
    assert (
        found
        == {
            "default": ("size", int, 2),
            "annotation": ("size", str, 1),
            "code": ("number", Any, 1),
            "wrapped": ("number", int, 2),
        }[change]
    )


def test_requests_to_operations_that_share_a_dependency():
    app = Dovetail()

    def limit(size: Annotated[int, Query(ge=1)] = 1) -> int:
        return size

    @app.get("/a")
    def a(size: Annotated[int, Depends(limit)]) -> int:
        return size

    @app.get("/b/{page}")
    def b(page: int, size: Annotated[int, Depends(limit)]) -> list[int]:
        return [page, size]

    @app.get("/c")
    def c(size: Annotated[int, Depends(limit)]) -> int:
        return size

    with client(app) as http:
        assert http.get("/a", params={"size": 3}).json() == 3
        assert http.get("/b/4").json() == [4, 1]
        assert http.get("/c", params={"size": 0}).status_code == 422
