"""The database connections of a process: sessions for changes, a lean pool for queries.

Changes go through a SQLModel session, one transaction per request (``Session``). What is only
read, on every request and often, goes through ``app.core.query``: single statements on autocommit
connections, without the session's bookkeeping.
"""

import select
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any

from psycopg import AsyncConnection, AsyncRawCursor
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.errors import AppError
from app.core.settings import Settings, get_settings
from dovetail import Depends

DRIVER = "postgresql+psycopg"
_IDLE_SECONDS = 30.0


class _Connection(AsyncConnection[TupleRow]):
    """A connection that knows when it was last found to work."""

    checked_at = 0.0


async def _check(connection: _Connection) -> None:
    """Refuse a connection that is dead, before a request gets it.

    Asking the server costs as much as a query. A server that has closed a connection has sent
    something to it, which costs nothing to see; only one that nobody used for a while is asked.

    Raises:
        psycopg.OperationalError: It is dead; the pool then makes another.
    """
    now = time.monotonic()
    has_news = select.select([connection.fileno()], [], [], 0)[0]
    if has_news or now - connection.checked_at > _IDLE_SECONDS:
        await AsyncConnectionPool.check_connection(connection)
    connection.checked_at = now


class Database:
    """Connections of this process; opened and closed by the application's lifespan."""

    def __init__(self) -> None:
        self._engine: AsyncEngine | None = None
        self._pool: AsyncConnectionPool[_Connection] | None = None
        self.conninfo = ""
        """Where it is, in the driver's form; holds the password."""

    async def open(self, url: URL, settings: Settings) -> None:
        """Create the pools; connections are made when they are needed."""
        self._engine = create_async_engine(
            url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_max_overflow,
            pool_timeout=settings.database_pool_timeout,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        self.conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool = AsyncConnectionPool(
            self.conninfo,
            connection_class=_Connection,
            kwargs={"autocommit": True, "cursor_factory": AsyncRawCursor},
            min_size=1,
            max_size=settings.database_pool_size,
            timeout=settings.database_pool_timeout,
            check=_check,
            open=False,
        )
        await self._pool.open()

    async def close(self) -> None:
        """Close every connection."""
        if self._engine is not None:
            await self._engine.dispose()
        if self._pool is not None:
            await self._pool.close()
        self._engine = self._pool = None

    def connection(self) -> AbstractAsyncContextManager[AsyncConnection[Any]]:
        """An autocommit connection for single statements.

        Raises:
            psycopg_pool.PoolTimeout: None became free, or the database cannot be reached.
        """
        if self._pool is None:
            raise _not_open()
        return self._pool.connection()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction: committed at the end, rolled back at an exception.

        It takes a connection at its first statement. An ``AppError`` with ``keeps_changes`` is
        committed as well, for changes that an error must not undo, such as ending a session whose
        token was stolen.
        """
        if self._engine is None:
            raise _not_open()
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            try:
                yield session
            except AppError as error:
                if error.keeps_changes:
                    await session.commit()
                raise
            await session.commit()


def _not_open() -> RuntimeError:
    return RuntimeError("The database is not open: the application's lifespan opens it")


database = Database()


async def _request_session() -> AsyncIterator[AsyncSession]:
    async with database.transaction() as session:
        yield session


# scope="function": committed when the path operation returns, before the response is sent, so
# that a client never sees success for what was not stored.
Session = Annotated[AsyncSession, Depends(_request_session, scope="function")]
"""The request's session and transaction."""


def database_url() -> URL:
    """Where the database is: ``DATABASE_URL``, else the embedded server, started if need be.

    Raises:
        SettingsError: There is no ``DATABASE_URL`` and the embedded server is not installed.
    """
    settings = get_settings()
    configured = settings.database_url
    if configured is None:
        from app.core.embedded import start_embedded

        return make_url(start_embedded()).set(drivername=DRIVER)
    url = make_url(configured.get_secret_value()).set(drivername=DRIVER)
    if url.password is None and settings.database_password is not None:
        url = url.set(password=settings.database_password.get_secret_value())
    return url
