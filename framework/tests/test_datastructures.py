"""Uploads, placeholders, and other small things."""

import asyncio
from io import BytesIO
from json import encoder
from types import FunctionType

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import dovetail.exceptions
from dovetail._plan.location import endpoint_context
from dovetail._plan.output import _make_encoder
from dovetail.datastructures import Default, DefaultPlaceholder, UploadFile
from dovetail.exceptions import RequestValidationError, WebSocketException
from dovetail.utils import (
    deep_dict_update,
    generate_operation_id_for_path,
    get_value_or_default,
    is_body_allowed_for_status_code,
)
from tests.kit import http_scope


def test_an_upload():
    async def run():
        file = UploadFile(BytesIO(b"abc"), filename="a.txt", size=3)
        await file.seek(3)
        await file.write(b"def")
        await file.seek(0)
        assert await file.read(2) == b"ab"
        assert await file.read() == b"cdef"
        await file.close()
        assert file.file.closed

    asyncio.run(run())


def test_an_upload_in_a_model():
    adapter = TypeAdapter(UploadFile)
    file = UploadFile(BytesIO())
    assert adapter.validate_python(file) is file
    with pytest.raises(ValidationError, match="Expected UploadFile"):
        adapter.validate_python("text")
    assert adapter.json_schema() == {
        "type": "string",
        "contentMediaType": "application/octet-stream",
    }


def test_placeholders():
    assert Default(1) == Default(1)
    assert Default(1) != Default(2)
    assert Default(1) != 1
    assert not Default(None)
    assert repr(Default("x")) == "Default('x')"
    value = object()
    assert len({Default(value), Default(value)}) == 1


def test_the_first_value_that_somebody_chose():
    assert get_value_or_default(Default(1), 2, 3) == 2
    found = get_value_or_default(Default(1), Default(2))
    assert isinstance(found, DefaultPlaceholder)
    assert found.value == 1


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (None, True),
        (200, True),
        ("200", True),
        ("default", True),
        ("4XX", True),
        (100, False),
        (204, False),
        ("205", False),
        (304, False),
    ],
)
def test_which_responses_have_a_body(status, allowed):
    assert is_body_allowed_for_status_code(status) is allowed


def test_merging_dicts():
    main = {"a": {"b": 1, "c": [1]}, "d": 1}
    deep_dict_update(main, {"a": {"c": [2], "e": 3}, "d": {"x": 1}})
    assert main == {"a": {"b": 1, "c": [1, 2], "e": 3}, "d": {"x": 1}}


def test_a_function_of_old():
    with pytest.warns(UserWarning, match="deprecated"):
        made = generate_operation_id_for_path(name="read", path="/a/{b}", method="GET")
    assert made == "read_a__b__get"


def test_exceptions_tell_where():
    where = {"function": "read", "path": "GET /", "file": "main.py", "line": 3}
    errors = [{"type": "missing", "loc": ("query", "a"), "msg": "Field required"}]
    text = str(RequestValidationError(errors * 2, endpoint_ctx=where))
    assert text.startswith("2 validation errors:")
    assert text.endswith('  File "main.py", line 3, in read\n    GET /')
    assert str(RequestValidationError([], endpoint_ctx={"path": "GET /"})).endswith(
        "  Endpoint: GET /"
    )
    del where["path"]
    assert str(RequestValidationError(errors, endpoint_ctx=where)).endswith("in read")
    assert str(RequestValidationError(errors)) == f"1 validation error:\n  {errors[0]}"


def test_exceptions_of_websockets():
    error = WebSocketException(1008)
    assert (error.code, error.reason) == (1008, "")
    assert issubclass(dovetail.exceptions.RequestErrorModel, BaseModel)


def test_where_functions_are_defined():
    scope = {**http_scope("GET", "/"), "root_path": "/api/"}
    found = endpoint_context(test_merging_dicts, "/x", scope)
    assert found["file"] == __file__
    assert found["function"] == "test_merging_dicts"
    assert found["path"] == "GET /api/x"
    assert endpoint_context(print, None, scope) == {}
    assert endpoint_context(None, "", scope) == {}
    made = FunctionType(compile("1", "<none>", "eval"), {})
    assert endpoint_context(made, "/", scope) == {"path": "GET /api/"}

    class Endpoint:
        def __call__(self):
            pass

    assert endpoint_context(Endpoint(), None, scope) == {}
    assert endpoint_context(Endpoint, None, scope)["function"] == "Endpoint"


def test_json_without_the_accelerator(monkeypatch):
    monkeypatch.setattr(encoder, "c_make_encoder", None)
    write = _make_encoder()
    assert write({"a": [1, "ä", {1}]}) == '{"a":[1,"ä",[1]]}'
