"""One's own account."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.core.settings import get_settings

MakeClient = Callable[..., httpx.Client]
NEW = "another long password"


def test_the_account_is_shown_without_its_secrets(log_in: MakeClient, user: Any) -> None:
    body = log_in(user).get("/users/me").json()
    assert body.keys() == {
        "id",
        "email",
        "full_name",
        "is_active",
        "is_superuser",
        "created_at",
        "last_seen_at",
    }
    assert body["id"] == str(user.id)


def test_it_needs_the_scope(client: httpx.Client, log_in: MakeClient, admin: Any) -> None:
    assert client.get("/users/me").status_code == 401
    assert log_in(admin, "users:read").get("/users/me").status_code == 403


def test_when_an_account_was_seen_is_remembered(log_in: MakeClient, user: Any, db: Any) -> None:
    client = log_in(user)
    updated = db.value("SELECT updated_at FROM users")
    assert client.get("/users/me").json()["last_seen_at"] is None
    seen = wait_for_sight(db, after="2000-01-01")
    db.execute("UPDATE users SET last_seen_at = last_seen_at - interval '4 minutes'")
    earlier = db.value("SELECT last_seen_at FROM users")
    client.get("/users/me")
    client.get("/users/me")
    assert db.value("SELECT last_seen_at FROM users") == earlier  # not written at each request
    db.execute("UPDATE users SET last_seen_at = last_seen_at - interval '2 minutes'")
    client.get("/users/me")
    assert wait_for_sight(db, after=earlier) >= seen
    assert db.value("SELECT updated_at FROM users") == updated


def wait_for_sight(db: Any, after: object) -> Any:
    """The time that is written after a response was sent."""
    for _ in range(250):
        found = db.rows("SELECT last_seen_at FROM users WHERE last_seen_at > %s", after)
        if found:
            return found[0][0]
        time.sleep(0.02)
    raise AssertionError("it was not remembered")


def test_the_name_is_changed(log_in: MakeClient, user: Any) -> None:
    client = log_in(user)
    assert client.patch("/users/me", json={"full_name": " Ada "}).json()["full_name"] == "Ada"
    assert client.patch("/users/me", json={}).json()["full_name"] == "Ada"
    assert client.patch("/users/me", json={"full_name": None}).json()["full_name"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": None, "current_password": "x"}, "email"),
        ({"email": "no address", "current_password": "x"}, "email"),
        ({"email": "a\x00@example.com", "current_password": "x"}, "email"),
        ({"email": f"{'a' * 250}@example.com", "current_password": "x"}, "email"),
        ({"full_name": "a" * 256}, "full_name"),
        ({"full_name": "a\x00"}, "full_name"),
        ({"is_superuser": True}, "is_superuser"),
        ({"is_active": False}, "is_active"),
        ({"password": NEW}, "password"),
        ({"password_hash": "x"}, "password_hash"),
        ({"current_password": None}, "current_password"),
    ],
)
def test_a_bad_change_is_refused_by_name(
    log_in: MakeClient, user: Any, db: Any, body: dict[str, Any], field: str
) -> None:
    answer = log_in(user).patch("/users/me", json=body)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]
    assert not db.value("SELECT is_superuser FROM users")


def test_another_address_needs_the_password(
    log_in: MakeClient, client: httpx.Client, user: Any
) -> None:
    api = log_in(user)
    new = {"email": "New@example.com"}
    assert api.patch("/users/me", json=new).status_code == 422
    wrong = api.patch("/users/me", json=new | {"current_password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_password")
    right = api.patch("/users/me", json=new | {"current_password": user.password})
    assert right.status_code == 200
    assert right.json()["email"] == "new@example.com"
    form = {"username": "new@example.com", "password": user.password}
    assert client.post("/auth/token", data=form).status_code == 200


def test_the_old_address_is_told(
    log_in: MakeClient, user: Any, mailbox: Any, run_worker: Callable[[], None]
) -> None:
    change = {"email": "new@example.com", "current_password": user.password}
    log_in(user).patch("/users/me", json=change)
    run_worker()
    (mail,) = mailbox.envelopes
    assert mail.rcpt_tos == [user.email]
    assert b"new@example.com" in mail.content


def test_an_address_of_another_account_is_refused(
    log_in: MakeClient, user: Any, make_user: Callable[..., Any]
) -> None:
    make_user("taken@example.com")
    api = log_in(user)
    change = {"email": "Taken@Example.com", "current_password": user.password}
    answer = api.patch("/users/me", json=change | {"full_name": "Ada"})
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert api.get("/users/me").json()["full_name"] is None  # all or nothing


def test_a_new_password_ends_every_session_at_once(
    client: httpx.Client, log_in: MakeClient, browse: MakeClient, user: Any
) -> None:
    here, elsewhere, browser = log_in(user), log_in(user), browse(user)
    change = {"current_password": user.password, "new_password": NEW}
    assert here.put("/users/me/password", json=change).status_code == 204
    for other in (here, elsewhere, browser):
        assert other.get("/users/me").status_code == 401
    assert browser.post("/auth/session/refresh").status_code == 401
    old = {"username": user.email, "password": user.password}
    assert client.post("/auth/token", data=old).status_code == 400
    assert client.post("/auth/token", data=old | {"password": NEW}).status_code == 200


def test_the_browser_that_changes_the_password_stays_logged_in(
    client: httpx.Client, browse: MakeClient, user: Any
) -> None:
    browser, other = browse(user), browse(user)
    before = browser.cookies["access_token"]
    change = {"current_password": user.password, "new_password": NEW}
    assert browser.put("/users/me/password", json=change).status_code == 204
    assert browser.get("/users/me").status_code == 200
    assert browser.post("/auth/session/refresh").status_code == 200
    assert other.get("/users/me").status_code == 401
    stolen = {"Authorization": f"Bearer {before}"}
    assert client.get("/users/me", headers=stolen).status_code == 401


def test_the_new_session_has_no_more_scopes_than_the_old(
    client: httpx.Client, log_in: MakeClient, user: Any, db: Any
) -> None:
    token = log_in(user, "me").headers["Authorization"].removeprefix("Bearer ")
    headers = {"Cookie": f"access_token={token}", "Origin": get_settings().public_url}
    change = {"current_password": user.password, "new_password": NEW}
    assert client.put("/users/me/password", json=change, headers=headers).status_code == 204
    assert db.rows("SELECT scope FROM auth_sessions") == [("me",)]


def test_changing_the_password_needs_the_current_one(log_in: MakeClient, user: Any) -> None:
    api = log_in(user)
    wrong = {"current_password": "wrong", "new_password": NEW}
    answer = api.put("/users/me/password", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_password")
    assert api.get("/users/me").status_code == 200


@pytest.mark.parametrize(
    "new", [None, "", "1234567", "a" * 129, "a long\x00password", 12345678, ["a" * 9]]
)
def test_a_bad_new_password_is_refused_by_name(log_in: MakeClient, user: Any, new: object) -> None:
    change = {"current_password": user.password, "new_password": new}
    answer = log_in(user).put("/users/me/password", json=change)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", "new_password"]]
    assert user.password not in answer.text


def test_passwords_count_to_their_last_character(
    client: httpx.Client, log_in: MakeClient, user: Any
) -> None:
    long = "ä" * 127  # 254 bytes: bcrypt alone would look at 72
    change = {"current_password": user.password, "new_password": f"{long}b"}
    assert log_in(user).put("/users/me/password", json=change).status_code == 204
    form = {"username": user.email, "password": f"{long}c"}
    assert client.post("/auth/token", data=form).status_code == 400
    assert client.post("/auth/token", data=form | {"password": f"{long}b"}).status_code == 200


def test_a_hash_of_fewer_rounds_is_renewed(
    client: httpx.Client, user: Any, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from passlib.context import CryptContext

    stronger = CryptContext(["bcrypt_sha256"], bcrypt_sha256__rounds=5)
    before = db.value("SELECT password_hash FROM users")
    monkeypatch.setattr("app.core.passwords._context", lambda: stronger)
    form = {"username": user.email, "password": user.password}
    assert client.post("/auth/token", data=form).status_code == 200
    after = db.value("SELECT password_hash FROM users")
    assert after != before
    assert "r=5" in after
    assert client.post("/auth/token", data=form).status_code == 200
    assert db.value("SELECT password_hash FROM users") == after
