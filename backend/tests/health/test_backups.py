"""Readiness and metrics tell how old the newest proven backup is."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app.health import service


@pytest.fixture(autouse=True)
def _ask_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_REMEMBERED_SECONDS", -1.0)


@pytest.fixture
def prove(db: Any) -> Iterator[Callable[[str], None]]:
    """Writes down a proven backup as the backups' container does (docker/postgres/roles.sql)."""
    db.execute("CREATE SCHEMA backup")
    db.execute("CREATE TABLE backup.proof (taken_at timestamptz, proven_at timestamptz)")

    def insert(age: str) -> None:
        db.execute("INSERT INTO backup.proof VALUES (now() - %s::interval, now())", age)

    yield insert
    db.execute("DROP SCHEMA backup CASCADE")


def test_where_there_are_no_backups_nothing_is_said(client: httpx.Client) -> None:
    answer = client.get("/health/ready").json()
    assert answer["warnings"] == []
    assert answer["backup_age_hours"] is None
    assert "app_backup" not in client.get("/health/metrics").text


def test_the_newest_counts(client: httpx.Client, prove: Callable[[str], None]) -> None:
    prove("30 hours")
    prove("3 hours")
    answer = client.get("/health/ready")
    assert answer.json()["backup_age_hours"] == pytest.approx(3, abs=0.05)
    assert "app_backup_taken_timestamp_seconds" in client.get("/health/metrics").text


def test_an_old_or_missing_proof_warns_and_does_not_stop(
    client: httpx.Client, prove: Callable[[str], None], settings: Callable[..., None]
) -> None:
    settings(backup_max_age_hours=50.0)
    assert client.get("/health/ready").json()["warnings"] == ["No backup has been proven yet."]
    prove("51 hours")
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["warnings"] == ["The newest proven backup is older than 50 hours."]
    prove("1 hour")
    assert client.get("/health/ready").json()["warnings"] == []
