"""The limit on wrong passwords."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest


def attempt(client: httpx.Client, email: str, password: str = "wrong") -> httpx.Response:
    return client.post("/auth/token", data={"username": email, "password": password})


@pytest.fixture(autouse=True)
def _limits(settings: Callable[..., None]) -> None:
    settings(login_attempts=3, login_attempts_per_address=8)


def test_an_account_is_closed_after_wrong_passwords(client: httpx.Client, user: Any) -> None:
    assert [attempt(client, user.email).status_code for _ in range(3)] == [400] * 3
    closed = attempt(client, user.email, user.password)
    assert closed.status_code == 429
    assert closed.json()["code"] == "too_many_attempts"
    assert 0 < int(closed.headers["Retry-After"]) <= 15 * 60


def test_spelling_the_address_otherwise_does_not_help(client: httpx.Client, user: Any) -> None:
    for spelling in (user.email, user.email.upper(), f" {user.email} "):
        attempt(client, spelling)
    assert attempt(client, user.email).status_code == 429


def test_unknown_accounts_are_closed_alike(client: httpx.Client) -> None:
    statuses = [attempt(client, "nobody@example.com").status_code for _ in range(4)]
    assert statuses == [400, 400, 400, 429]


def test_the_right_password_starts_anew(client: httpx.Client, user: Any) -> None:
    for _ in range(2):
        assert attempt(client, user.email).status_code == 400
        assert attempt(client, user.email, user.password).status_code == 200
        assert attempt(client, user.email).status_code == 400
        assert attempt(client, user.email, user.password).status_code == 200


def test_an_address_that_tries_many_accounts_is_closed(client: httpx.Client, user: Any) -> None:
    for number in range(8):
        assert attempt(client, f"user{number}@example.com").status_code == 400
    assert attempt(client, user.email, user.password).status_code == 429


def test_the_window_ends(client: httpx.Client, user: Any, db: Any) -> None:
    for _ in range(4):
        attempt(client, user.email)
    db.execute("UPDATE login_attempts SET since = since - interval '16 minutes'")
    assert attempt(client, user.email, user.password).status_code == 200


def test_parallel_guesses_are_all_counted(client: httpx.Client, user: Any) -> None:
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: attempt(client, user.email).status_code, range(8)))
    assert sorted(statuses) == [400] * 3 + [429] * 5


def test_neither_addresses_nor_accounts_are_stored_in_clear(
    client: httpx.Client, user: Any, db: Any
) -> None:
    attempt(client, user.email)
    keys = [row[0] for row in db.rows("SELECT key FROM login_attempts")]
    assert len(keys) == 2
    assert not any(user.email in key or "127.0.0.1" in key for key in keys)


def test_the_browser_and_the_password_forms_share_the_limit(
    browse: Callable[..., httpx.Client], user: Any
) -> None:
    browser = browse(user)
    change = {"current_password": "wrong", "new_password": "another long password"}
    for _ in range(3):
        assert browser.put("/users/me/password", json=change).status_code == 400
    assert browser.put("/users/me/password", json=change).status_code == 429
    login = {"email": user.email, "password": user.password}
    assert browser.post("/auth/session", json=login).status_code == 429
