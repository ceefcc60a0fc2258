"""The database connections of a process: sessions for changes, a lean pool for queries.

Changes go through a SQLModel session, one transaction per request (``Session``). What is only
read, on every request and often, goes through ``app.core.query``: single statements on autocommit
connections, without the session's bookkeeping.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Annotated, Any

from psycopg import AsyncConnection, AsyncCursor, AsyncRawCursor, OperationalError
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.errors import AppError
from app.core.settings import Settings, get_settings
from dovetail import Depends

DRIVER = "postgresql+psycopg"
# PostgreSQL's codes for shutdown, crash and start (appendix A of its manual); None: cut off.
_CONNECTION_ENDED = {None, "57P01", "57P02", "57P03"}


class _Connection(AsyncConnection[TupleRow]):
    """A connection for single statements."""

    @cached_property
    def reader(self) -> AsyncCursor[TupleRow]:
        """Its one cursor. PERF: a new one for each statement finds out anew how to read values."""
        return self.cursor(binary=True)


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

    async def fetch(self, statement: bytes, parameters: Sequence[Any]) -> list[TupleRow]:
        """Run a statement that only reads, on an autocommit connection.

        If the server has ended the connection, as when it was restarted, the statement is run
        again on one that works. So nobody has to ask each connection before its use, which would
        cost as much as the statement.

        Args:
            statement: With parameters as ``$1``.
            parameters: Their values, in this order.

        Returns:
            The rows.

        Raises:
            psycopg_pool.PoolTimeout: None became free, or the database cannot be reached.
            psycopg.Error: The statement failed.
        """
        if self._pool is None:
            raise _not_open()
        try:
            return await _fetch(self._pool, statement, parameters)
        except OperationalError as error:
            if isinstance(error, PoolTimeout) or error.sqlstate not in _CONNECTION_ENDED:
                raise
        await self._pool.check()  # the server has most likely ended the others, too
        return await _fetch(self._pool, statement, parameters)

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


async def _fetch(
    pool: AsyncConnectionPool[_Connection], statement: bytes, parameters: Sequence[Any]
) -> list[TupleRow]:
    connection = await pool.getconn()
    try:
        await connection.reader.execute(statement, parameters)
        return await connection.reader.fetchall()
    finally:
        await pool.putconn(connection)


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
