"""A worker: ``python -m app.core.worker`` runs queued jobs until it is told to stop.

Any number may run, on any machines. ``SIGTERM`` lets running jobs finish.
"""

import asyncio
import logging

import procrastinate
from sqlalchemy import URL

from app.core.database import database, database_url
from app.core.features import feature_modules
from app.core.jobs import queue
from app.core.logging import configure_logging
from app.core.migrate import upgrade
from app.core.settings import SettingsError, get_settings

_CONCURRENCY = 10
_SHUTDOWN_SECONDS = 30
_log = logging.getLogger(__name__)


async def work(url: URL, *, until_empty: bool = False) -> None:
    """Run jobs.

    Args:
        url: The database.
        until_empty: Stop when no job is left; else at a signal.
    """
    feature_modules("jobs")
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4)
    with queue.replace_connector(connector) as app:
        async with app.open_async():
            _log.info("worker is ready")
            await app.run_worker_async(
                wait=not until_empty,
                concurrency=_CONCURRENCY,
                install_signal_handlers=not until_empty,
                shutdown_graceful_timeout=_SHUTDOWN_SECONDS,
            )


async def _run(url: URL) -> None:
    await database.open(url, get_settings())
    try:
        await work(url)
    finally:
        await database.close()


def main() -> None:
    """The command."""
    try:
        settings = get_settings()
        configure_logging(settings)
        url = database_url()
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    if settings.migrate_on_start:
        upgrade(url)
    asyncio.run(_run(url))


if __name__ == "__main__":
    main()
