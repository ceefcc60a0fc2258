"""The administration of all accounts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

MakeClient = Callable[..., httpx.Client]
NEW = {"email": "New@Example.com", "password": "a long password", "full_name": "New"}


@pytest.fixture
def api(admin: Any, log_in: MakeClient) -> httpx.Client:
    return log_in(admin)


OPERATIONS = [
    ("GET", "/users", "users:read"),
    ("POST", "/users", "users:write"),
    ("PATCH", f"/users/{uuid4()}", "users:write"),
    ("DELETE", f"/users/{uuid4()}", "users:write"),
]


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_only_administrators_may(
    client: httpx.Client,
    user: Any,
    admin: Any,
    log_in: MakeClient,
    method: str,
    path: str,
    scope: str,
) -> None:
    body = {"POST": NEW, "PATCH": {"full_name": "x"}}.get(method)
    anonymous = client.request(method, path, json=body)
    assert anonymous.status_code == 401
    assert anonymous.headers["WWW-Authenticate"] == f'Bearer scope="{scope}"'
    assert log_in(user).request(method, path, json=body).status_code == 403
    assert (
        log_in(user, "me users:read users:write").request(method, path, json=body).status_code
        == 403
    )
    other = "users:read" if scope == "users:write" else "users:write"
    assert log_in(admin, other).request(method, path, json=body).status_code == 403
    assert log_in(admin, scope).request(method, path, json=body).status_code in {200, 201, 404}


def test_accounts_are_listed_in_pages(api: httpx.Client, make_user: Callable[..., Any]) -> None:
    made = ["admin@example.com", *(make_user(f"user{n}@example.com").email for n in range(4))]
    seen, cursor = [], None
    while True:
        page = api.get("/users", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [account["email"] for account in page.json()["data"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]
    assert "password" not in page.text


def test_an_account_is_made(api: httpx.Client, client: httpx.Client) -> None:
    answer = api.post("/users", json=NEW)
    assert answer.status_code == 201
    assert answer.json()["email"] == "new@example.com"
    assert not answer.json()["is_superuser"]
    form = {"username": "new@example.com", "password": NEW["password"]}
    assert client.post("/auth/token", data=form).status_code == 200


def test_an_address_has_one_account(api: httpx.Client, db: Any) -> None:
    assert api.post("/users", json=NEW).status_code == 201
    for email in ("new@example.com", "NEW@EXAMPLE.COM"):
        answer = api.post("/users", json=NEW | {"email": email})
        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert db.value("SELECT count(*) FROM users WHERE email = 'new@example.com'") == 1
    assert db.value("SELECT count(*) FROM procrastinate_jobs") == 1  # one welcome


BAD_FIELDS = [
    ({"email": None}, "email"),
    ({"email": "nobody"}, "email"),
    ({"email": "a\x00@example.com"}, "email"),
    ({"email": f"{'a' * 64}@{'b' * 200}.com"}, "email"),
    ({"password": None}, "password"),
    ({"password": "short"}, "password"),
    ({"password": "a" * 129}, "password"),
    ({"password": "null \x00 character"}, "password"),
    ({"full_name": "a" * 256}, "full_name"),
    ({"is_active": None}, "is_active"),
    ({"is_superuser": None}, "is_superuser"),
    ({"is_superuser": "maybe"}, "is_superuser"),
    ({"id": str(uuid4())}, "id"),
    ({"created_at": "2000-01-01T00:00:00Z"}, "created_at"),
]


@pytest.mark.parametrize(("fields", "field"), BAD_FIELDS)
def test_a_bad_new_account_is_refused_by_name(
    api: httpx.Client, fields: dict[str, Any], field: str
) -> None:
    answer = api.post("/users", json=NEW | fields)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]


@pytest.mark.parametrize(("fields", "field"), BAD_FIELDS)
def test_a_bad_change_is_refused_by_name(
    api: httpx.Client, user: Any, fields: dict[str, Any], field: str
) -> None:
    answer = api.patch(f"/users/{user.id}", json=fields)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]


def test_an_account_is_changed(api: httpx.Client, user: Any) -> None:
    change = {"email": "Other@example.com", "full_name": "Other", "is_superuser": True}
    answer = api.patch(f"/users/{user.id}", json=change)
    assert answer.status_code == 200
    assert answer.json()["email"] == "other@example.com"
    assert answer.json()["is_superuser"]


def test_changing_to_a_taken_address_is_refused(api: httpx.Client, user: Any) -> None:
    answer = api.patch(f"/users/{user.id}", json={"email": "admin@example.com"})
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "a new long password"}])
def test_deactivation_and_a_new_password_end_sessions_at_once(
    api: httpx.Client, log_in: MakeClient, user: Any, db: Any, change: dict[str, Any]
) -> None:
    session = log_in(user)
    assert api.patch(f"/users/{user.id}", json=change).status_code == 200
    assert session.get("/users/me").status_code == 401
    assert db.value("SELECT count(*) FROM auth_sessions WHERE user_id = %s", user.id) == 0


def test_other_changes_keep_sessions(api: httpx.Client, log_in: MakeClient, user: Any) -> None:
    session = log_in(user)
    api.patch(f"/users/{user.id}", json={"full_name": "x", "is_active": True})
    assert session.get("/users/me").status_code == 200


def test_deleting_takes_everything_of_the_account(
    api: httpx.Client, log_in: MakeClient, user: Any, db: Any
) -> None:
    session = log_in(user)
    assert api.delete(f"/users/{user.id}").status_code == 204
    assert session.get("/users/me").status_code == 401
    assert db.value("SELECT count(*) FROM auth_sessions WHERE user_id = %s", user.id) == 0
    assert api.delete(f"/users/{user.id}").status_code == 404


@pytest.mark.parametrize("change", [{"is_superuser": False}, {"is_active": False}, None])
def test_the_last_administrator_stays(
    api: httpx.Client, admin: Any, db: Any, change: dict[str, Any] | None
) -> None:
    path = f"/users/{admin.id}"
    answer = api.delete(path) if change is None else api.patch(path, json=change)
    assert (answer.status_code, answer.json()["code"]) == (409, "last_superuser")
    assert db.value("SELECT count(*) FROM users WHERE is_superuser AND is_active") == 1


def test_two_administrators_cannot_remove_each_other_at_once(
    make_user: Callable[..., Any], log_in: MakeClient, db: Any
) -> None:
    both = [make_user(f"admin{n}@example.com", is_superuser=True) for n in range(2)]
    clients = [log_in(account) for account in both]

    def remove(number: int) -> int:
        return clients[number].delete(f"/users/{both[1 - number].id}").status_code

    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(remove, range(2)))
    assert db.value("SELECT count(*) FROM users WHERE is_superuser") == 1
    assert statuses.count(204) == 1


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("key", ["7", "%00", "x"])
def test_a_key_that_is_none_is_refused_by_name(api: httpx.Client, method: str, key: str) -> None:
    answer = api.request(method, f"/users/{key}", json={"full_name": "x"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["path", "user_id"]
