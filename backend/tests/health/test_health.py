"""Health checks."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from app.core.settings import get_settings
from app.health import service
from app.health.service import readiness


@pytest.fixture(autouse=True)
def _ask_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_REMEMBERED_SECONDS", -1.0)


def test_a_running_process_is_alive(client: httpx.Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}


def test_a_migrated_database_makes_it_ready(client: httpx.Client) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_a_missing_migration_makes_it_unready(client: httpx.Client, db: Any) -> None:
    db.execute("UPDATE alembic_version SET version_num = 'x' WHERE version_num = 'auth0001'")
    db.execute("DELETE FROM alembic_version WHERE version_num = 'x'")
    try:
        answer = client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.json()["reasons"] == ["Migrations are missing: auth0001."]
        assert client.get("/health/live").status_code == 200
    finally:
        db.execute("INSERT INTO alembic_version VALUES ('auth0001')")


def test_a_newer_database_keeps_an_older_process_ready(client: httpx.Client, db: Any) -> None:
    db.execute("INSERT INTO alembic_version VALUES ('newer')")
    try:
        assert client.get("/health/ready").status_code == 200
    finally:
        db.execute("DELETE FROM alembic_version WHERE version_num = 'newer'")


def test_a_database_that_is_away_makes_it_unready(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.core.database import database

    monkeypatch.setattr(database, "conninfo", "postgresql://app:pw@127.0.0.1:1/app")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The database does not answer."]
    assert "pw" not in answer.text
    assert client.get("/health/live").status_code == 200


def test_requests_are_accepted_from_the_first_readiness_on(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.core.database import database

    monkeypatch.setattr(readiness, "reached", False)
    with monkeypatch.context() as away:
        away.setattr(database, "conninfo", "postgresql://app:pw@127.0.0.1:1/app")
        assert client.get("/health/accepting").status_code == 503
        assert client.get("/health/live").status_code == 200
    assert client.get("/health/accepting").status_code == 200
    monkeypatch.setattr(database, "conninfo", "postgresql://app:pw@127.0.0.1:1/app")
    assert client.get("/health/accepting").status_code == 200


def test_it_is_asked_once_a_second_however_many_ask(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    original = service._ask

    async def spy() -> service.State:
        asked.append(1)
        return await original()

    monkeypatch.setattr(service, "_ask", spy)
    monkeypatch.setattr(service, "_REMEMBERED_SECONDS", 60.0)
    monkeypatch.setattr(readiness, "_asked_at", float("-inf"))
    for _ in range(3):
        client.get("/health/ready")
    assert len(asked) == 1


def test_a_process_that_ends_is_unready_while_it_still_serves(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    marker = tmp_path / "draining"
    monkeypatch.setattr(get_settings(), "drain_file", marker)
    assert client.get("/health/ready").status_code == 200
    marker.touch()
    assert client.get("/health/ready").json()["reasons"] == ["This process is ending."]
    assert client.get("/health/accepting").status_code == 503
    assert "app_ready 0.0" in client.get("/health/metrics").text
    assert client.get("/config").status_code == 200
