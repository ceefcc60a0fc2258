"""Fixtures: a real server on a real PostgreSQL with a database of the tests' own.

The server runs in a thread of this process, so that a test can change settings; requests go over
HTTP. Tests start with empty tables.
"""

import asyncio
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

import httpx
import psycopg
import pytest
import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SMTPSession
from psycopg import sql
from sqlalchemy import URL, make_url

from app.core.settings import PROJECT_ROOT, Settings

# Before anything reads the settings: nothing of the developer's own may reach a test.
Settings.model_config["env_file"] = None
for name in Settings.model_fields:
    os.environ.pop(name.upper(), None)
os.environ |= {"ENVIRONMENT": "local", "SECRET_KEY": secrets.token_hex(32), "BCRYPT_ROUNDS": "4"}

from app.core.database import DRIVER  # noqa: E402
from app.core.embedded import start_embedded  # noqa: E402
from app.core.settings import get_settings  # noqa: E402
from app.core.tables import Table  # noqa: E402

ResultT = TypeVar("ResultT")
API = "/api/v1"
PASSWORD = "a long password of tests"


@pytest.fixture(scope="session")
def server_url() -> URL:
    """A PostgreSQL server to make databases on: TEST_DATABASE_URL, else an embedded one.

    DATABASE_URL is never looked at: the tests cannot reach what somebody works with.
    """
    configured = os.environ.get("TEST_DATABASE_URL")
    return make_url(configured or start_embedded(PROJECT_ROOT / ".dev" / "postgres-tests"))


class MakeDatabase(Protocol):
    """Creates an empty database and gives its URL; it is dropped at the end of the tests."""

    def __call__(self) -> URL: ...


@pytest.fixture(scope="session")
def make_database(server_url: URL) -> Iterator[MakeDatabase]:
    """A function that creates databases with random names, and drops them after the tests."""
    made: list[str] = []
    plain = server_url.set(drivername="postgresql").render_as_string(hide_password=False)

    def execute(statement: str, name: str) -> None:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))

    def make() -> URL:
        name = f"test_{secrets.token_hex(8)}"
        execute("CREATE DATABASE {}", name)
        execute("ALTER DATABASE {} SET synchronous_commit = off", name)  # faster, and safe enough
        made.append(name)
        return server_url.set(drivername=DRIVER, database=name)

    yield make
    for name in made:
        execute("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture(scope="session")
def url(make_database: MakeDatabase) -> URL:
    """The URL of the database that the server under test uses."""
    return make_database()


class Database:
    """Direct access to the database, for arranging and checking."""

    def __init__(self, url: URL) -> None:
        conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(conninfo, autocommit=True)

    def execute(self, query: str, *values: object) -> None:
        self._connection.execute(query.encode(), values)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query.encode(), values).fetchall()

    def value(self, query: str, *values: object) -> Any:
        return self.rows(query, *values)[0][0]

    def empty(self) -> None:
        """Delete every row of the features and of the job queue."""
        names = [table.name for table in reversed(Table.metadata.sorted_tables)]
        for name in [*names, "procrastinate_jobs", "procrastinate_periodic_defers"]:
            self.execute(f'DELETE FROM "{name}"')

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class Server:
    """The running application."""

    base_url: str
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Run a coroutine in the application's event loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


@pytest.fixture(scope="session")
def server(url: URL) -> Iterator[Server]:
    """The application, migrated, served over HTTP."""
    os.environ["DATABASE_URL"] = url.render_as_string(hide_password=False)
    get_settings.cache_clear()
    from app.main import app

    started: list[asyncio.AbstractEventLoop] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        uvicorn_server = uvicorn.Server(uvicorn.Config(app, log_config=None))

        async def serve() -> None:
            started.append(asyncio.get_running_loop())
            await uvicorn_server.serve([listener])

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        while not uvicorn_server.started:
            assert thread.is_alive(), "the application did not start; see the log above"
            time.sleep(0.02)
        host, port = listener.getsockname()
        yield Server(f"http://{host}:{port}", started[0])
        uvicorn_server.should_exit = True
        thread.join(15)


@pytest.fixture(scope="session")
def _connection(server: Server, url: URL) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def db(_connection: Database) -> Database:
    """The server's database, empty."""
    _connection.empty()
    return _connection


@pytest.fixture
def settings(server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes settings of the running server until the end of the test."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setattr(get_settings(), name, value)

    return change


@pytest.fixture
def client(server: Server, db: Database) -> Iterator[httpx.Client]:
    """An HTTP client without credentials."""
    with httpx.Client(base_url=f"{server.base_url}{API}", timeout=30) as client:
        yield client


@dataclass(frozen=True)
class Account:
    """A user that a test has made."""

    id: UUID
    email: str
    password: str


@pytest.fixture
def make_user(server: Server, db: Database) -> Callable[..., Account]:
    """A function that puts a user into the database."""
    from app.core.passwords import hash_password

    hashed = server.run(hash_password(PASSWORD))

    def make(email: str = "user@example.com", **columns: object) -> Account:
        from app.users.models import User

        row = User(email=email, password_hash=hashed, **columns).model_dump()  # type: ignore[arg-type]
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        db.execute(f"INSERT INTO users ({names}) VALUES ({marks})", *row.values())
        return Account(row["id"], email, PASSWORD)

    return make


@pytest.fixture
def user(make_user: Callable[..., Account]) -> Account:
    """An ordinary user."""
    return make_user()


@pytest.fixture
def admin(make_user: Callable[..., Account]) -> Account:
    """An administrator."""
    return make_user("admin@example.com", is_superuser=True)


@pytest.fixture
def log_in(server: Server) -> Iterator[Callable[..., httpx.Client]]:
    """A function that gives an API client with a bearer token."""
    clients: list[httpx.Client] = []

    def make(account: Account, scope: str = "") -> httpx.Client:
        client = httpx.Client(base_url=f"{server.base_url}{API}", timeout=30)
        clients.append(client)
        form = {"username": account.email, "password": account.password, "scope": scope}
        answer = client.post("/auth/token", data=form)
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def browse(server: Server) -> Iterator[Callable[[Account], httpx.Client]]:
    """A function that gives a browser's client, logged in with cookies."""
    clients: list[httpx.Client] = []

    def make(account: Account) -> httpx.Client:
        origin = {"Origin": get_settings().public_url}
        client = httpx.Client(base_url=f"{server.base_url}{API}", headers=origin, timeout=30)
        clients.append(client)
        credentials = {"email": account.email, "password": account.password}
        answer = client.post("/auth/session", json=credentials)
        assert answer.status_code == 200, answer.text
        return client

    yield make
    for client in clients:
        client.close()


class Mailbox:
    """An SMTP server's handler that keeps what it gets."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refusals = 0
        """How many mails to refuse before taking one."""

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: SMTPSession, envelope: Envelope
    ) -> str:
        if self.refusals > 0:
            self.refusals -= 1
            return "451 try again later"
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox(settings: Callable[..., None]) -> Iterator[Mailbox]:
    """A real SMTP server that the application sends to."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings(smtp_host="127.0.0.1", smtp_port=port)
    yield mailbox
    controller.stop()


@pytest.fixture
def run_worker(server: Server, url: URL) -> Callable[[], None]:
    """A function that runs all jobs that are due."""
    from app.core.worker import work

    return lambda: server.run(work(url, until_empty=True))
