"""The pool of database connections, and one transaction per request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.errors import AppError
from app.core.settings import Settings, get_settings
from dovetail import Depends

DRIVER = "postgresql+psycopg"


class Database:
    """The engine of this process; opened and closed by the application's lifespan."""

    def __init__(self) -> None:
        self._engine: AsyncEngine | None = None

    @property
    def engine(self) -> AsyncEngine:
        """The engine.

        Raises:
            RuntimeError: The database was not opened.
        """
        if self._engine is None:
            raise RuntimeError("The database is not open: the application's lifespan opens it")
        return self._engine

    def open(self, url: URL, settings: Settings) -> None:
        """Create the pool; connections are made at first use."""
        self._engine = create_async_engine(
            url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_max_overflow,
            pool_timeout=settings.database_pool_timeout,
            pool_pre_ping=True,
            hide_parameters=True,
        )

    async def close(self) -> None:
        """Close every connection of the pool."""
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction: committed at the end, rolled back at an exception.

        An ``AppError`` with ``keeps_changes`` is committed as well, for changes that an error
        must not undo, such as ending a session whose token was stolen.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            try:
                yield session
            except AppError as error:
                if error.keeps_changes:
                    await session.commit()
                raise
            await session.commit()


database = Database()


async def _request_session() -> AsyncIterator[AsyncSession]:
    async with database.transaction() as session:
        yield session


# scope="function": committed when the path operation returns, before the response is sent, so
# that a client never sees success for what was not stored.
Session = Annotated[AsyncSession, Depends(_request_session, scope="function")]
"""The request's session. It takes a connection from the pool at its first statement."""


def database_url() -> URL:
    """Where the database is: ``DATABASE_URL``, else the embedded server, started if need be.

    Raises:
        RuntimeError: There is no ``DATABASE_URL`` and the embedded server is not installed.
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
