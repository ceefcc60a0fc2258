"""The OpenAPI document, from which the client is generated."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.core import openapi
from app.core.openapi import openapi_json
from app.core.settings import PROJECT_ROOT

PUBLIC = {
    "auth_create_token",
    "auth_refresh_token",
    "auth_open_session",
    "auth_refresh_session",
    "config_read_config",
    "health_live",
    "health_ready",
    "users_sign_up",
}


def operations() -> dict[str, dict[str, object]]:
    document = json.loads(openapi_json())
    return {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
    }


def test_operations_are_named_after_feature_and_function() -> None:
    names = operations()
    assert {"users_list_users", "users_read_me", "auth_create_token"} <= names.keys()
    for name, operation in names.items():
        assert name.startswith(f"{operation['tags'][0]}_")  # type: ignore[index]


def test_every_operation_but_the_public_ones_asks_for_a_scope() -> None:
    for name, operation in operations().items():
        if name in PUBLIC:
            assert "security" not in operation, name
        elif name != "auth_close_session":  # ends whatever session there is
            alternatives = operation["security"]
            assert {next(iter(one)) for one in alternatives} == {"OAuth2PasswordBearer", "Cookie"}  # type: ignore[attr-defined]
            assert any(one.get("OAuth2PasswordBearer") for one in alternatives), name  # type: ignore[attr-defined]


def test_what_may_be_left_out_of_a_change_has_no_default() -> None:
    schema = json.loads(openapi_json())["components"]["schemas"]["UserUpdate"]
    assert schema["properties"]["email"]["type"] == "string"
    assert "default" not in schema["properties"]["email"]
    assert "required" not in schema


def test_it_does_not_depend_on_the_projects_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core.settings import get_settings

    before = openapi_json()
    monkeypatch.setattr(get_settings(), "project_name", "Another")
    assert openapi_json() == before


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "openapi.json"
    monkeypatch.setattr(sys, "argv", ["openapi", str(file)])
    openapi.main()
    assert file.read_text("utf-8") == openapi_json()


def test_standard_output_holds_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.core.openapi"],
        cwd=PROJECT_ROOT / "backend",
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["openapi"].startswith("3.1")
