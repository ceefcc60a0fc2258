"""Connections and transactions."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import make_url
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.database import Database, database, database_url
from app.core.errors import AppError
from app.core.settings import get_settings
from app.users.models import User


@pytest.fixture
def api(admin: Any, log_in: Callable[..., httpx.Client]) -> httpx.Client:
    return log_in(admin)


def create(api: httpx.Client, email: str) -> int:
    return api.post("/users", json={"email": email, "password": "a password"}).status_code


def test_connections_that_the_server_has_closed_are_replaced(api: httpx.Client, db: Any) -> None:
    for number in range(3):
        assert create(api, f"user{number}@example.com") == 201
        assert api.get("/users").status_code == 200
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        time.sleep(0.2)  # they are told to end, and take a moment
    assert api.get("/users").status_code == 200
    assert create(api, "last@example.com") == 201


def test_a_query_survives_the_end_of_its_connection(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psycopg import AsyncCursor

    original = AsyncCursor.execute
    ended: list[int] = []

    async def end_first(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        if not ended:
            ended.append(1)
            await original(self, "SELECT pg_terminate_backend(pg_backend_pid())")
        return await original(self, query, *args, **options)

    monkeypatch.setattr(AsyncCursor, "execute", end_first)
    assert api.get("/users").status_code == 200
    assert ended


def test_many_requests_at_once_share_the_pool(api: httpx.Client, db: Any) -> None:
    def work(number: int) -> int:
        if number % 2:
            return api.get("/users").status_code
        return create(api, f"user{number}@example.com")

    with ThreadPoolExecutor(40) as threads:
        assert set(threads.map(work, range(120))) == {200, 201}
    settings = get_settings()
    used = db.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    allowed = 2 * settings.database_pool_size + settings.database_max_overflow
    assert used <= allowed + 2  # this test's own connection, and readiness'


def test_what_is_answered_is_committed(
    api: httpx.Client, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: AsyncSession) -> None:
        raise RuntimeError("the connection broke")

    monkeypatch.setattr(AsyncSession, "commit", fail)
    assert create(api, "lost@example.com") == 500
    monkeypatch.undo()
    assert db.value("SELECT count(*) FROM users WHERE email = 'lost@example.com'") == 0


def test_an_error_takes_back_what_the_request_has_changed(server: Any, db: Any) -> None:
    async def change(error: Exception) -> None:
        async with database.transaction() as session:
            session.add(User(email="x@example.com", password_hash="x"))
            await session.flush()
            raise error

    class Kept(AppError):
        keeps_changes = True

    for error, rows in ((AppError(), 0), (RuntimeError(), 0), (Kept(), 1)):
        with pytest.raises(type(error)):
            server.run(change(error))
        assert db.value("SELECT count(*) FROM users") == rows


async def take_every_connection() -> list[Any]:
    pool = database._pool
    assert pool is not None
    return [await pool.getconn() for _ in range(pool.max_size)]


async def give_back(connections: list[Any]) -> None:
    assert database._pool is not None
    for connection in connections:
        await database._pool.putconn(connection)


def test_a_query_survives_the_end_of_all_connections(
    api: httpx.Client, server: Any, db: Any
) -> None:
    server.run(give_back(server.run(take_every_connection())))  # now there are as many as may be
    db.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert api.get("/users").status_code == 200


def test_a_busy_pool_is_no_server_error(
    api: httpx.Client, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database._pool, "timeout", 0.2)
    connections = server.run(take_every_connection())
    answer = api.get("/users")
    server.run(give_back(connections))
    assert answer.status_code == 503
    assert answer.json()["code"] == "database_unavailable"
    assert answer.headers["Retry-After"] == "5"
    assert api.get("/users").status_code == 200


def test_a_closed_database_says_so() -> None:
    closed = Database()

    async def begin() -> None:
        async with closed.transaction():
            pass

    for use in (begin, lambda: closed.fetch(b"SELECT 1", [])):
        with pytest.raises(RuntimeError, match="not open"):
            asyncio.run(use())
    asyncio.run(closed.close())


@pytest.mark.parametrize(
    ("configured", "password", "expected"),
    [
        ("postgres://a:b@host/db", None, "postgresql+psycopg://a:b@host/db"),
        ("postgresql://a@host/db", "p@ss", "postgresql+psycopg://a:p%40ss@host/db"),
        ("postgresql://a:b@host/db", "other", "postgresql+psycopg://a:b@host/db"),
    ],
)
def test_where_the_database_is(
    settings: Callable[..., None], configured: str, password: str | None, expected: str
) -> None:
    from pydantic import SecretStr

    settings(
        database_url=SecretStr(configured),
        database_password=SecretStr(password) if password else None,
    )
    assert database_url() == make_url(expected)
