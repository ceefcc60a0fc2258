"""Exceptions, helpers and response classes."""

import http

import pytest
from pydantic import BaseModel

from dovetail import exceptions, responses, utils
from dovetail.background import BackgroundTasks
from dovetail.datastructures import Default
from dovetail.exceptions import (
    ConfigurationError,
    DovetailDeprecationWarning,
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    ValidationException,
    WebSocketException,
)
from dovetail.routing import APIRoute


def test_names_that_applications_for_fastapi_know():
    assert exceptions.FastAPIError is exceptions.DovetailError
    assert exceptions.FastAPIDeprecationWarning is DovetailDeprecationWarning
    assert issubclass(ConfigurationError, AssertionError)
    assert issubclass(exceptions.DependencyScopeError, exceptions.FastAPIError)


def test_http_and_websocket_exceptions():
    error = HTTPException(404, headers={"x": "y"})
    assert (error.status_code, error.detail, error.headers) == (404, "Not Found", {"x": "y"})
    closing = WebSocketException(1008, "why")
    assert (closing.code, closing.reason) == (1008, "why")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (None, "1 validation error:\n  {'msg': 'no'}"),
        ({"path": "GET /x"}, "1 validation error:\n  {'msg': 'no'}\n  Endpoint: GET /x"),
        (
            {"path": "GET /x", "file": "app.py", "line": 3, "function": "read"},
            "1 validation error:\n  {'msg': 'no'}\n  File \"app.py\", line 3, in read\n    GET /x",
        ),
        (
            {"file": "app.py", "line": 3, "function": "read"},
            "1 validation error:\n  {'msg': 'no'}\n  File \"app.py\", line 3, in read",
        ),
    ],
)
def test_validation_errors_say_where(where, expected):
    error = ValidationException([{"msg": "no"}], endpoint_ctx=where)
    assert str(error) == expected
    assert error.errors() == [{"msg": "no"}]
    assert str(ValidationException([])) == "0 validation errors:"


@pytest.mark.parametrize("cls", [RequestValidationError, ResponseValidationError])
def test_validation_errors_keep_the_body(cls):
    assert cls([], body={"a": 1}).body == {"a": 1}


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(None, True), (200, True), ("default", True), ("4XX", True), ("204", False), (304, False),
     (100, False), (http.HTTPStatus.RESET_CONTENT, False)],
)  # fmt: skip
def test_which_responses_have_a_body(status, allowed):
    assert utils.is_body_allowed_for_status_code(status) is allowed


def test_names_in_paths():
    assert utils.get_path_param_names("/a/{b}/{c:path}") == {"b", "c:path"}


def test_unique_ids():
    route = APIRoute("/items/{id}", lambda: None, name="read item", methods=["GET"])
    assert utils.generate_unique_id(route) == "read_item_items__id__get"
    route.methods = set()
    with pytest.raises(ConfigurationError, match="no method"):
        utils.generate_unique_id(route)
    with pytest.warns(DovetailDeprecationWarning):
        made = utils.generate_operation_id_for_path(name="a", path="/b", method="GET")
    assert made == "a_b_get"


def test_deep_update():
    main = {"a": {"b": 1}, "list": [1], "x": 1}
    utils.deep_dict_update(main, {"a": {"c": 2}, "list": [2], "x": 2, "new": 3})
    assert main == {"a": {"b": 1, "c": 2}, "list": [1, 2], "x": 2, "new": 3}


def test_first_choice_that_somebody_made():
    assert utils.get_value_or_default(Default(1), Default(2), 3, 4) == 3
    assert utils.get_value_or_default(Default(1), Default(2)) == Default(1)


def test_fields_are_refused_where_they_are_declared():
    class Plain:
        pass

    with pytest.raises(ConfigurationError, match="valid Pydantic field type"):
        utils.create_model_field("x", Plain)


@pytest.mark.parametrize("name", ["ORJSONResponse", "UJSONResponse"])
def test_deprecated_responses(name, monkeypatch):
    cls = getattr(responses, name)
    with pytest.warns(DovetailDeprecationWarning, match=name):
        response = cls({"a": "ä"})
    assert response.body == '{"a":"ä"}'.encode()
    monkeypatch.setattr(responses, name.removesuffix("JSONResponse").lower() + "json", None)
    with (
        pytest.warns(DovetailDeprecationWarning),
        pytest.raises(ConfigurationError, match="must be installed"),
    ):
        cls({})


def test_optional_module_that_is_not_there():
    assert responses._optional("no_such_module_anywhere") is None


def test_background_tasks_know_their_functions():
    tasks = BackgroundTasks()
    tasks.add_task(print, "a", end="")
    assert [task.func for task in tasks.tasks] == [print]


def test_models_of_pydantic_1_are_refused():
    v1 = pytest.importorskip("pydantic.v1")
    try:
        model = type("Old", (v1.BaseModel,), {})
    except Exception:  # noqa: BLE001 (Pythons that pydantic.v1 does not support)
        pytest.skip("pydantic.v1 does not work here")
    with pytest.raises(exceptions.PydanticV1NotSupportedError):
        utils.create_model_field("x", model)


class Model(BaseModel):
    name: str


def test_surely_valid_types_get_their_schema_late():
    field = utils.create_model_field("x", list[Model] | None)
    assert "_type_adapter" not in vars(field)
    assert field.validate([{"name": "a"}]) == ([Model(name="a")], [])
    assert "_type_adapter" in vars(field)
