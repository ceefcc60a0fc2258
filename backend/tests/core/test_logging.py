"""Logs: readable by machines, without secrets."""

import json
import logging
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.core.logging import ConsoleFormatter, JsonFormatter, mask_secrets

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"got {TOKEN} here", "got [masked] here"),
        ("Authorization: Bearer abcdefgh123", "Authorization: Bearer [masked]"),
        ("sent 'basic YWRtaW46cGFzcw=='", "sent 'basic [masked]'"),
        ("postgresql://app:pass@host/db", "postgresql://app:[masked]@host/db"),
        ("password=hunter2 next", "password=[masked] next"),
        ('{"new_password": "hunter2"}', '{"new_password": "[masked]"}'),
        ("SECRET_KEY='abc'", "SECRET_KEY='[masked]'"),
        ("refresh_token=abc&x=1", "refresh_token=[masked]&x=1"),
        ("X-Session-Token-Id: abc", "X-Session-Token-Id: [masked]"),
        ("SetCookie=Bearer abc; x", "SetCookie=Bearer [masked]; x"),
        ("nothing to hide: 12:30, a@b.example", "nothing to hide: 12:30, a@b.example"),
    ],
)
def test_secrets_are_masked(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


@pytest.mark.parametrize("part", ["a-", "eyJ-", "token-", "://:", "bearer ", "token   ", "Secret_"])
def test_no_text_takes_long_to_be_masked(part: str) -> None:
    text = part * 10_000  # with a pattern that tries again from each start: hours
    assert mask_secrets(text) == text


def record(**extra: Any) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "app", "levelname": "INFO", "msg": "hello %s", "args": ("you",)}
    )
    vars(made).update(extra)
    return made


def test_a_line_of_json_has_what_machines_need() -> None:
    try:
        raise ValueError("password=hunter2")
    except ValueError as error:
        line = JsonFormatter().format(record(exc_info=(ValueError, error, error.__traceback__)))
    parsed = json.loads(line)
    assert (parsed["level"], parsed["logger"], parsed["message"]) == ("info", "app", "hello you")
    assert "ValueError" in parsed["exception"]
    assert "hunter2" not in line
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", parsed["time"])


def test_extra_fields_are_kept_unless_they_are_objects() -> None:
    extra = {"duration": 3, "job": {"args": "a secret"}, "worker": object()}
    for formatter in (JsonFormatter(), ConsoleFormatter()):
        line = formatter.format(record(**extra))
        assert "duration" in line
        assert "a secret" not in line
        assert "object at" not in line


def access_line(caplog: pytest.LogCaptureFixture) -> str:
    """The one line about a request; it is written after the response was sent."""
    for _ in range(100):
        for entry in caplog.records:
            if entry.name == "app.access":
                return entry.getMessage()
        time.sleep(0.02)
    raise AssertionError("the request was not logged")


def test_a_request_is_logged_with_its_identifier_and_without_its_query(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/users", params={"cursor": "private"})
    line = access_line(caplog)
    assert re.fullmatch(r"GET /api/v1/users 401 \d+\.\d ms", line)
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_a_path_cannot_forge_a_line(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/x%0a12:00:00 INFO forged")
    line = access_line(caplog)
    assert "\n" not in line


def test_passwords_and_tokens_of_a_login_are_not_logged(
    user: Any,
    log_in: Callable[..., httpx.Client],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    client = log_in(user)
    client.get("/users/me")
    text = caplog.text + "".join(capfd.readouterr())
    assert user.password not in text
    assert client.headers["Authorization"].split()[1] not in text
