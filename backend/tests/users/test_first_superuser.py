"""The first superuser: created once in the life of a database."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from app.users.startup import on_startup


@pytest.fixture(autouse=True)
def _configured(settings: Callable[..., None]) -> None:
    settings(first_superuser="Root@example.com", first_superuser_password=SecretStr("x" * 12))


def test_he_is_created_and_can_log_in(server: Any, db: Any, client: Any) -> None:
    server.run(on_startup())
    form = {"username": "root@example.com", "password": "x" * 12}
    assert "users:write" in client.post("/auth/token", data=form).json()["scope"]


@pytest.mark.parametrize(
    "change", ["UPDATE users SET email = 'new@example.com'", "DELETE FROM users"]
)
def test_he_does_not_come_back(server: Any, db: Any, change: str) -> None:
    server.run(on_startup())
    db.execute(change)
    server.run(on_startup())
    assert db.rows("SELECT 1 FROM users WHERE email = 'root@example.com'") == []


def test_replicas_that_start_together_create_one(server: Any, db: Any) -> None:
    async def race() -> None:
        await asyncio.gather(*(on_startup() for _ in range(4)))

    server.run(race())
    assert db.value("SELECT count(*) FROM users") == 1


def test_without_the_setting_there_is_none(
    server: Any, db: Any, settings: Callable[..., None]
) -> None:
    settings(first_superuser=None)
    server.run(on_startup())
    assert db.value("SELECT count(*) FROM users") == 0
