"""Errors, as the API answers and documents them."""

from typing import Any

import httpx
import pytest

from app.core.errors import AppError, errors


class Teapot(AppError):
    status_code = 418
    code = "teapot"
    detail = "I am a teapot."


class Samovar(AppError):
    status_code = 418
    code = "samovar"
    detail = "I am a samovar."


def test_errors_of_one_status_are_documented_together() -> None:
    documented = errors(Teapot, Samovar)
    assert documented.keys() == {418}
    assert documented[418]["description"] == "I am a teapot. I am a samovar."
    schemas = [kind.model_json_schema() for kind in documented[418]["model"].__args__]
    assert [schema["properties"]["code"]["const"] for schema in schemas] == ["teapot", "samovar"]
    assert schemas[0]["required"] == ["detail", "code"]


def test_what_does_not_exist(client: httpx.Client) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Not Found", "code": "not_found"}


def test_a_method_that_is_not_there(client: httpx.Client) -> None:
    answer = client.put("/config")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert answer.headers["Allow"] == "GET"


def test_an_unforeseen_error_says_nothing_and_is_logged(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr("app.config.endpoints.get_settings", fail)
    answer = client.get("/config")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "secret of the house" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in answer.headers
    assert "a secret of the house" in caplog.text
    assert "endpoints.py" in caplog.text  # the traceback points at the line


@pytest.mark.parametrize("content", [b'{"email": "my secret', b'{"password": "my secret"}'])
def test_bad_input_is_not_echoed(client: httpx.Client, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/users/signup", content=content, headers=headers)
    assert answer.status_code == 422
    assert "my secret" not in answer.text
    for problem in answer.json()["detail"]:
        assert problem.keys() == {"loc", "msg", "type"}


def test_each_operation_documents_its_errors(client: httpx.Client) -> None:
    document: dict[str, Any] = httpx.get(f"{_root(client)}/openapi.json").json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if "security" in operation and path != "/api/v1/auth/session":
                assert {"401", "403"} <= operation["responses"].keys(), path
            if "requestBody" in operation:
                assert "422" in operation["responses"], path


def _root(client: httpx.Client) -> str:
    return str(client.base_url).removesuffix("/api/v1/")
