"""What is asked of the database to tell whether this process can serve."""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from app.core.database import database
from app.core.migrate import missing_revisions
from app.core.settings import get_settings

_TIMEOUT = 5
_REMEMBERED_SECONDS = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proof:
    """The newest backup that was restored and compared (``docs/backups.md``)."""

    taken_at: datetime
    proven_at: datetime

    @property
    def age_hours(self) -> float:
        """How old what could be restored is, in hours."""
        return (datetime.now(UTC) - self.taken_at).total_seconds() / 3600


@dataclass(frozen=True)
class State:
    """What the database said. ``proof`` is None where no backup was ever proven."""

    reasons: tuple[str, ...]
    proof: Proof | None = None


class Readiness:
    """Asks at most once a second, however many ask; a second asker waits for the first's answer.

    ``reached`` tells whether this process has been ready at least once.
    """

    def __init__(self) -> None:
        self.reached = False
        self._lock = asyncio.Lock()
        self._state = State(())
        self._asked_at = float("-inf")

    async def state(self) -> State:
        """What the database said within the last second."""
        async with self._lock:
            if time.monotonic() - self._asked_at > _REMEMBERED_SECONDS:
                self._state = await _ask()
                self._asked_at = time.monotonic()
                self.reached = self.reached or not self._state.reasons
            return self._state

    async def has_been_reached(self) -> bool:
        """Whether this process is ready, or was before; once it was, the database is not asked."""
        if not self.reached:
            await self.state()
        return self.reached


readiness = Readiness()


def is_draining() -> bool:
    """Whether this process was told to end and waits for the proxy to look elsewhere."""
    marker = get_settings().drain_file
    return marker is not None and marker.exists()


async def _ask() -> State:
    try:
        async with asyncio.timeout(_TIMEOUT):
            # Not from the pool: one that is busy to the last connection is no reason to be taken
            # out of service, which would only make the others busier.
            async with await psycopg.AsyncConnection.connect(
                database.conninfo, autocommit=True
            ) as connection:
                missing = missing_revisions(await _applied_revisions(connection))
                proof = await _newest_proof(connection)
    except (psycopg.Error, OSError, TimeoutError) as error:
        _log.warning("the database does not answer: %s", error)
        return State(("The database does not answer.",))
    if missing:
        return State((f"Migrations are missing: {', '.join(sorted(missing))}.",), proof)
    return State((), proof)


async def _applied_revisions(connection: psycopg.AsyncConnection) -> list[str]:
    cursor = await connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL")
    if await cursor.fetchone() != (True,):
        return []
    cursor = await connection.execute("SELECT version_num FROM alembic_version")
    return [row[0] for row in await cursor.fetchall()]


async def _newest_proof(connection: psycopg.AsyncConnection) -> Proof | None:
    """The table is the backups' own, and not there in development."""
    cursor = await connection.execute("SELECT to_regclass('backup.proof') IS NOT NULL")
    if await cursor.fetchone() != (True,):
        return None
    cursor = await connection.execute(
        "SELECT taken_at, proven_at FROM backup.proof ORDER BY taken_at DESC LIMIT 1"
    )
    row = await cursor.fetchone()
    return Proof(*row) if row else None
