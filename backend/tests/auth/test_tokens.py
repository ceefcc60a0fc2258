"""The token endpoint, for API clients."""

from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest

from app.auth.tokens import InvalidToken, read_token
from app.core.settings import get_settings


def get_token(client: httpx.Client, account: Any, **form: str) -> httpx.Response:
    return client.post(
        "/auth/token", data={"username": account.email, "password": account.password, **form}
    )


def refresh(client: httpx.Client, token: str) -> httpx.Response:
    return client.post("/auth/token/refresh", data={"refresh_token": token})


def me(client: httpx.Client, access_token: str) -> httpx.Response:
    return client.get("/users/me", headers={"Authorization": f"Bearer {access_token}"})


def test_a_token_has_what_the_specification_asks_for(client: httpx.Client, user: Any) -> None:
    answer = get_token(client, user)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 15 * 60
    assert "me" in body["scope"].split()
    assert "users:read" not in body["scope"]
    assert me(client, body["access_token"]).json()["email"] == user.email


def test_the_address_is_taken_in_any_case(client: httpx.Client, user: Any) -> None:
    assert get_token(client, user, username=" User@EXAMPLE.com").status_code == 200


def test_scopes_are_those_asked_for_as_far_as_allowed(
    client: httpx.Client, user: Any, admin: Any
) -> None:
    asked = "users:write me"
    assert get_token(client, user, scope=asked).json()["scope"] == "me"
    assert get_token(client, admin, scope=asked).json()["scope"] == "me users:write"


def test_an_unknown_scope_is_refused(client: httpx.Client, user: Any) -> None:
    answer = get_token(client, user, scope="everything")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong"},
        {"password": "a\x00b"},
        {"password": "a" * 5000},
        {"username": "nobody@example.com"},
        {"username": "no address"},
        {"username": "a\x00b"},
    ],
)
def test_wrong_credentials_look_all_the_same(
    client: httpx.Client, user: Any, wrong: dict[str, str]
) -> None:
    answer = get_token(client, user, **wrong)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_grant"
    assert answer.json() == get_token(client, user, password="other").json()


def test_a_deactivated_account_looks_like_a_wrong_password(
    client: httpx.Client, make_user: Callable[..., Any]
) -> None:
    account = make_user("gone@example.com", is_active=False)
    right, wrong = get_token(client, account), get_token(client, account, password="wrong")
    assert right.status_code == wrong.status_code == 400
    assert right.json() == wrong.json()


def test_unknown_accounts_cost_a_hash_as_well(
    client: httpx.Client, user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from passlib.context import CryptContext

    checked: list[str] = []
    original = CryptContext.verify_and_update

    def spy(self: CryptContext, secret: str, hashed: str) -> Any:
        checked.append(hashed)
        return original(self, secret, hashed)

    monkeypatch.setattr(CryptContext, "verify_and_update", spy)
    get_token(client, user, password="wrong")
    get_token(client, user, username="nobody@example.com")
    assert len(checked) == 2
    known, unknown = (hashed.split("$")[2] for hashed in checked)
    assert known == unknown  # the same algorithm and rounds


def test_a_refresh_token_is_good_once(client: httpx.Client, user: Any) -> None:
    first = get_token(client, user).json()
    second = refresh(client, first["refresh_token"])
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert second.json()["scope"] == first["scope"]
    third = refresh(client, second.json()["refresh_token"])
    assert me(client, third.json()["access_token"]).status_code == 200


def test_reuse_of_a_refresh_token_ends_the_whole_family(client: httpx.Client, user: Any) -> None:
    first = get_token(client, user).json()
    second = refresh(client, first["refresh_token"]).json()
    stolen = refresh(client, first["refresh_token"])
    assert (stolen.status_code, stolen.json()["code"]) == (400, "invalid_grant")
    assert refresh(client, second["refresh_token"]).status_code == 400
    assert me(client, second["access_token"]).status_code == 401
    assert me(client, first["access_token"]).status_code == 401


def test_other_sessions_of_the_account_live_on(client: httpx.Client, user: Any) -> None:
    first, other = get_token(client, user).json(), get_token(client, user).json()
    refresh(client, first["refresh_token"])
    refresh(client, first["refresh_token"])
    assert me(client, other["access_token"]).status_code == 200


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "\x00", "é"])
def test_nonsense_is_no_refresh_token(client: httpx.Client, token: str) -> None:
    assert refresh(client, token).status_code in {400, 422}


def test_an_access_token_does_not_refresh_nor_the_other_way_round(
    client: httpx.Client, user: Any
) -> None:
    token = get_token(client, user).json()
    assert refresh(client, token["access_token"]).status_code == 400
    assert me(client, token["refresh_token"]).status_code == 401


def test_an_expired_session_neither_serves_nor_refreshes(
    client: httpx.Client, user: Any, db: Any
) -> None:
    token = get_token(client, user).json()
    db.execute("UPDATE auth_sessions SET expires_at = now()")
    assert me(client, token["access_token"]).status_code == 401
    assert refresh(client, token["refresh_token"]).status_code == 400


def test_a_deactivated_account_cannot_refresh(client: httpx.Client, user: Any, db: Any) -> None:
    token = get_token(client, user).json()
    db.execute("UPDATE users SET is_active = false")
    assert me(client, token["access_token"]).status_code == 401
    assert refresh(client, token["refresh_token"]).status_code == 400


def test_a_demoted_administrator_loses_the_scopes_of_his_token(
    client: httpx.Client, admin: Any, db: Any
) -> None:
    headers = {"Authorization": f"Bearer {get_token(client, admin).json()['access_token']}"}
    assert client.get("/users", headers=headers).status_code == 200
    db.execute("UPDATE users SET is_superuser = false")
    assert client.get("/users", headers=headers).status_code == 403


def forge(token: str, key: str | None = None, algorithm: str = "HS256", **claims: Any) -> str:
    payload = jwt.decode(token, options={"verify_signature": False})
    payload = {name: value for name, value in (payload | claims).items() if value is not None}
    return jwt.encode(payload, key or get_settings().secret_key.get_secret_value(), algorithm)


FORGERIES: list[dict[str, Any]] = [
    {"key": "another key of sufficient length"},
    {"algorithm": "HS512"},
    {"aud": "app:refresh"},
    {"aud": "another"},
    {"aud": None},
    {"typ": "refresh"},
    {"typ": "reset"},
    {"typ": None},
    {"exp": 1},
    {"exp": None},
    {"exp": "soon"},
    {"sub": None},
    {"sub": "admin"},
    {"sub": "00000000-0000-0000-0000-000000000000"},
    {"sid": None},
    {"sid": "00000000-0000-0000-0000-000000000000"},
    {"sid": "\x00"},
    {"jti": None},
    {"scope": ["me"]},
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=str)
def test_a_forged_token_is_refused(
    client: httpx.Client, user: Any, forgery: dict[str, Any]
) -> None:
    token = get_token(client, user).json()["access_token"]
    assert me(client, forge(token)).status_code == 200  # the forger's tools work
    answer = me(client, forge(token, **forgery))
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_an_unsigned_token_is_refused(client: httpx.Client, user: Any) -> None:
    token = get_token(client, user).json()["access_token"]
    payload = jwt.decode(token, options={"verify_signature": False})
    unsigned = jwt.encode(payload, "", algorithm="none")
    assert me(client, unsigned).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Basic dTpw", "bearer a.b.c", "Bearer é", "Bearer a b"]
)
def test_a_strange_authorization_header_is_no_server_error(
    client: httpx.Client, header: str
) -> None:
    answer = client.get("/users/me", headers={b"Authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer scope="me"'


def test_a_remembered_token_expires_all_the_same(
    client: httpx.Client, user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = get_token(client, user).json()["access_token"]
    assert read_token("access", token).expires_at > 0
    monkeypatch.setattr("time.time", lambda: read_token_expiry(token))
    with pytest.raises(InvalidToken):
        read_token("access", token)


def read_token_expiry(token: str) -> float:
    expiry: float = jwt.decode(token, options={"verify_signature": False})["exp"]
    return expiry
