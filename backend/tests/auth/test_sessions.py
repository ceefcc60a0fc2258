"""The browser's sessions: tokens in cookies."""

from collections.abc import Callable
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx
import pytest

from app.core.settings import get_settings

Browse = Callable[..., httpx.Client]


def cookies(answer: httpx.Response) -> dict[str, Morsel[str]]:
    jar: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        jar.load(header)
    return dict(jar)


@pytest.fixture
def credentials(user: Any) -> dict[str, str]:
    return {"email": user.email, "password": user.password}


@pytest.fixture
def origin() -> dict[str, str]:
    return {"Origin": get_settings().public_url}


def test_logging_in_sets_cookies_that_no_script_reads(
    client: httpx.Client, user: Any, credentials: dict[str, str], origin: dict[str, str]
) -> None:
    answer = client.post("/auth/session", json=credentials, headers=origin)
    assert answer.status_code == 200
    assert answer.json()["id"] == str(user.id)
    assert "token" not in answer.text
    access, refresh = cookies(answer)["access_token"], cookies(answer)["refresh_token"]
    assert access["httponly"]
    assert refresh["httponly"]
    assert (access["samesite"], refresh["samesite"]) == ("lax", "strict")
    assert (access["path"], refresh["path"]) == ("/", "/api/v1/auth/session")
    assert access["max-age"] == str(15 * 60)
    assert not access["secure"]  # this is plain HTTP, on localhost


def test_cookies_are_secure_on_https(
    client: httpx.Client,
    credentials: dict[str, str],
    origin: dict[str, str],
    settings: Callable[..., None],
) -> None:
    settings(domain="app.example.com")
    answer = client.post(
        "/auth/session", json=credentials, headers={"Origin": "https://app.example.com"}
    )
    assert all(cookie["secure"] for cookie in cookies(answer).values())
    assert len(cookies(answer)) == 2


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"email": "nobody@example.com"}])
def test_wrong_credentials_set_nothing(
    client: httpx.Client,
    credentials: dict[str, str],
    origin: dict[str, str],
    wrong: dict[str, str],
) -> None:
    answer = client.post("/auth/session", json=credentials | wrong, headers=origin)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    assert not cookies(answer)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": None, "password": "x"}, "email"),
        ({"email": "a@example.com"}, "password"),
        ({"email": "a" * 2000, "password": "x"}, "email"),
        ({"email": "a@example.com", "password": "x" * 2000}, "password"),
    ],
)
def test_bad_credentials_are_refused_by_name_and_not_echoed(
    client: httpx.Client, origin: dict[str, str], body: dict[str, Any], field: str
) -> None:
    answer = client.post("/auth/session", json=body, headers=origin)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]
    assert "xxxx" not in answer.text


def test_the_cookie_authenticates(browse: Browse, user: Any) -> None:
    browser = browse(user)
    assert browser.get("/users/me").json()["email"] == user.email
    assert browser.patch("/users/me", json={"full_name": "Ada"}).status_code == 200


@pytest.mark.parametrize("origin", [None, "https://evil.example.com"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/users/me"),
        ("PUT", "/users/me/password"),
        ("POST", "/auth/session"),
        ("POST", "/auth/session/refresh"),
        ("DELETE", "/auth/session"),
    ],
)
def test_unsafe_methods_with_cookies_need_our_origin(
    browse: Browse, user: Any, method: str, path: str, origin: str | None
) -> None:
    browser = browse(user)
    del browser.headers["Origin"]
    body = {
        "email": user.email,
        "password": user.password,
        "current_password": user.password,
        "new_password": "another long password",
    }
    fields = {
        "/users/me": [],
        "/users/me/password": ["current_password", "new_password"],
        "/auth/session": ["email", "password"],
    }.get(path, [])
    answer = browser.request(
        method,
        path,
        json={name: body[name] for name in fields} if method != "DELETE" else None,
        headers={} if origin is None else {"Origin": origin},
    )
    assert answer.status_code == 403
    assert answer.json()["code"] == "origin_refused"
    assert browser.get("/users/me").status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://localhost:8000.evil.example.com",
        "http://localhost:80001",
        "https://localhost:8000",
        "http://localhost:8000/",
        "file://",
    ],
)
def test_only_exactly_our_origin_is_ours(browse: Browse, user: Any, origin: str) -> None:
    browser = browse(user)
    answer = browser.patch("/users/me", json={"full_name": "x"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert browser.get("/users/me").json()["full_name"] is None


def test_reading_needs_no_origin(browse: Browse, user: Any) -> None:
    browser = browse(user)
    del browser.headers["Origin"]
    assert browser.get("/users/me").status_code == 200


def test_our_own_address_is_an_allowed_origin(browse: Browse, user: Any) -> None:
    browser = browse(user)
    own = f"http://{browser.base_url.netloc.decode()}"
    answer = browser.patch("/users/me", json={"full_name": "x"}, headers={"Origin": own})
    assert answer.status_code == 200


def test_a_further_origin_can_be_allowed(
    browse: Browse, user: Any, settings: Callable[..., None]
) -> None:
    settings(frontend_origins=("https://app.example.com",))
    answer = browse(user).patch(
        "/users/me", json={"full_name": "x"}, headers={"Origin": "https://app.example.com"}
    )
    assert answer.status_code == 200


def test_a_bearer_token_needs_no_origin(log_in: Browse, user: Any) -> None:
    headers = {"Origin": "https://another-client.example.com"}
    answer = log_in(user).patch("/users/me", json={"full_name": "x"}, headers=headers)
    assert answer.status_code == 200


def test_refreshing_renews_both_cookies(browse: Browse, user: Any) -> None:
    browser = browse(user)
    before = dict(browser.cookies)
    answer = browser.post("/auth/session/refresh")
    assert answer.status_code == 200
    assert answer.json()["email"] == user.email
    after = dict(browser.cookies)
    assert before["access_token"] != after["access_token"]
    assert before["refresh_token"] != after["refresh_token"]
    assert browser.get("/users/me").status_code == 200


def test_two_tabs_may_refresh_at_the_same_time(
    client: httpx.Client, browse: Browse, user: Any, db: Any
) -> None:
    browser = browse(user)
    old = browser.cookies["refresh_token"]
    assert browser.post("/auth/session/refresh").status_code == 200

    def other_tab() -> int:
        headers = {"Cookie": f"refresh_token={old}", "Origin": get_settings().public_url}
        return client.post("/auth/session/refresh", headers=headers).status_code

    assert other_tab() == 200
    assert browser.get("/users/me").status_code == 200
    db.execute("UPDATE auth_sessions SET refreshed_at = refreshed_at - interval '11 seconds'")
    assert other_tab() == 401  # by now it must have been stolen
    assert browser.get("/users/me").status_code == 401


@pytest.mark.parametrize("token", [None, "nonsense"])
def test_refreshing_without_a_good_cookie_is_401(
    client: httpx.Client, origin: dict[str, str], token: str | None
) -> None:
    headers = origin | ({"Cookie": f"refresh_token={token}"} if token else {})
    answer = client.post("/auth/session/refresh", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_refused")


def test_logging_out_revokes_and_takes_the_cookies_away(
    client: httpx.Client, browse: Browse, user: Any, db: Any
) -> None:
    browser = browse(user)
    token = browser.cookies["access_token"]
    answer = browser.delete("/auth/session")
    assert answer.status_code == 204
    assert not browser.cookies
    kept = client.get("/users/me", headers={"Authorization": f"Bearer {token}"})
    assert kept.status_code == 401
    assert db.value("SELECT count(*) FROM auth_sessions") == 0


def test_logging_out_works_when_the_access_token_has_expired(
    browse: Browse, user: Any, db: Any
) -> None:
    browser = browse(user)
    browser.cookies.delete("access_token")
    assert browser.delete("/auth/session").status_code == 204
    assert db.value("SELECT count(*) FROM auth_sessions") == 0


def test_logging_out_twice_is_no_error(browse: Browse, user: Any) -> None:
    browser = browse(user)
    assert browser.delete("/auth/session").status_code == 204
    assert browser.delete("/auth/session").status_code == 204


def test_an_api_client_can_log_out_too(log_in: Browse, user: Any) -> None:
    client = log_in(user)
    assert client.delete("/auth/session").status_code == 204
    assert client.get("/users/me").status_code == 401
