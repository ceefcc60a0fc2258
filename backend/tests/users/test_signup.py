"""Making an account for oneself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from app.core.passwords import hash_password

NEW = {"email": "New@Example.com", "password": "a long password", "full_name": "Ada"}


@pytest.fixture
def _open(settings: Callable[..., None]) -> None:
    settings(registration_open=True)


def test_registration_is_closed_unless_opened(client: httpx.Client, db: Any) -> None:
    answer = client.post("/users/signup", json=NEW)
    assert (answer.status_code, answer.json()["code"]) == (403, "registration_closed")
    assert client.get("/config").json()["registration_open"] is False
    assert db.value("SELECT count(*) FROM users") == 0


@pytest.mark.usefixtures("_open")
def test_one_can_log_in_afterwards(client: httpx.Client) -> None:
    assert client.get("/config").json()["registration_open"] is True
    assert client.post("/users/signup", json=NEW).status_code == 202
    form = {"username": NEW["email"], "password": NEW["password"]}
    token = client.post("/auth/token", data=form).json()["access_token"]
    me = client.get("/users/me", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["email"], me["full_name"]) == ("new@example.com", "Ada")
    assert not me["is_superuser"]


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("field", ["is_superuser", "is_active", "id"])
def test_nobody_makes_himself_an_administrator(client: httpx.Client, db: Any, field: str) -> None:
    answer = client.post("/users/signup", json=NEW | {field: True})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", field]
    assert db.value("SELECT count(*) FROM users") == 0


@pytest.mark.usefixtures("_open")
def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(
    client: httpx.Client,
    user: Any,
    db: Any,
    mailbox: Any,
    run_worker: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashed: list[str] = []

    async def spy(password: str) -> str:
        hashed.append(password)
        return await hash_password(password)

    monkeypatch.setattr("app.users.service.hash_password", spy)
    unknown = client.post("/users/signup", json=NEW)
    known = client.post("/users/signup", json=NEW | {"email": user.email.upper()})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.headers.keys() == unknown.headers.keys()
    assert len(hashed) == 2  # both take the time of a hash
    assert db.value("SELECT count(*) FROM procrastinate_jobs") == 2  # and queue one mail
    run_worker()
    subjects = {mail.rcpt_tos[0]: mail.content for mail in mailbox.envelopes}
    assert b"You already have an account" in subjects[user.email]
    assert b"Welcome" in subjects["new@example.com"]


@pytest.mark.usefixtures("_open")
def test_concurrent_signups_of_one_address_make_one_account(client: httpx.Client, db: Any) -> None:
    spellings = ["new@example.com", "NEW@example.com", "New@Example.com", "nEw@EXAMPLE.com"] * 3

    def sign_up(email: str) -> int:
        return client.post("/users/signup", json=NEW | {"email": email}).status_code

    with ThreadPoolExecutor(12) as threads:
        assert set(threads.map(sign_up, spellings)) == {202}
    assert db.value("SELECT count(*) FROM users") == 1
    jobs = db.rows("SELECT task_name FROM procrastinate_jobs")
    assert jobs.count(("users.welcome",)) == 1
    assert len(jobs) == 12


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "a" * 300 + "@example.com"}, "email"),
        ({"email": "nul\x00@example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": None}, "password"),
        ({"full_name": "\x00"}, "full_name"),
    ],
)
def test_bad_input_is_refused_by_name(
    client: httpx.Client, body: dict[str, Any], field: str
) -> None:
    answer = client.post("/users/signup", json=NEW | body)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]
