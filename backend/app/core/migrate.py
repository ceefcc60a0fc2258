"""Migrations: ``python -m app.core.migrate [upgrade|check|current|downgrade|revision]``.

How they are laid out is told in ``migrations/README.md``.
"""

import argparse
import functools
import logging
import os
from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, NullPool, create_engine, text

from app.core.database import database_url
from app.core.features import APP, feature_folders
from app.core.logging import configure_logging
from app.core.settings import SettingsError, get_settings

MIGRATIONS = APP.parent / "migrations"
PROJECT = "project"
_LOCK = 0x646F7665  # any number that nothing else locks
_log = logging.getLogger(__name__)

Names = MutableMapping[
    Literal["schema_name", "table_name", "schema_qualified_table_name"], str | None
]


def is_ours(name: str | None, kind: str, _: Names) -> bool:
    """Whether autogenerate looks at a table; the job queue's are its package's business."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def alembic_config(versions: Path = MIGRATIONS / "versions") -> Config:
    """Alembic's configuration: the branches of all features, and the project's own.

    Args:
        versions: Folder of the project's own revisions.
    """
    config = Config()
    locations = [versions, *feature_folders("migrations")]
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, locations)))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(rev)s_%%(slug)s")
    return config


@contextmanager
def _connected(config: Config, url: URL) -> Iterator[Connection]:
    """Connect Alembic to the database, alone: others wait here until this one is done."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as guard, engine.connect() as connection:
        guard.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        try:
            yield connection
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


def branches(script: ScriptDirectory) -> list[str]:
    """The branches in the order of their migration.

    The first revision of a branch may name others that come before it, in ``after``, such as
    those whose tables it refers to. The project's own branch is the last. This is not Alembic's
    ``depends_on``: with it the database would no longer say how far each branch is.
    """
    first = {
        next(iter(base.branch_labels)): base
        for base in map(script.get_revision, script.get_bases())
    }
    order: dict[str, set[str]] = {
        label: {*getattr(base.module, "after", ())} & first.keys() for label, base in first.items()
    }
    if PROJECT in order:
        order[PROJECT] = first.keys() - {PROJECT}
    return list(TopologicalSorter(dict(sorted(order.items()))).static_order())


def upgrade(url: URL, config: Config | None = None) -> None:
    """Bring the database to the newest revision of every branch.

    Any number of processes may call this at the same time. A database that a newer version of the
    code has migrated is left as it is: the older version works on it.
    """
    config = config or alembic_config()
    script = ScriptDirectory.from_config(config)
    with _connected(config, url) as connection:
        applied = set(MigrationContext.configure(connection).get_current_heads())
        connection.rollback()  # the question began a transaction
        if applied - {revision.revision for revision in script.walk_revisions()}:
            _log.warning("the database is ahead of this version: nothing to migrate")
            return
        for branch in branches(script):
            if script.get_revision(f"{branch}@head").revision not in applied:
                command.upgrade(config, f"{branch}@head")


def downgrade(url: URL, revision: str, config: Config | None = None) -> None:
    """Take the database back, such as to ``users@base``."""
    config = config or alembic_config()
    with _connected(config, url):
        command.downgrade(config, revision)


def check(url: URL, config: Config | None = None) -> None:
    """Compare the models with the database.

    Raises:
        alembic.util.CommandError: They differ, or the database is behind.
    """
    config = config or alembic_config()
    with _connected(config, url):
        command.check(config)


def create_revision(
    url: URL, message: str, *, branch: str = PROJECT, versions: Path = MIGRATIONS / "versions"
) -> None:
    """Write a revision with the difference between the models and the database.

    Args:
        url: A database at the newest revisions.
        message: What the revision does; becomes part of the file's name.
        branch: A feature's branch, for whoever works on the template itself.
        versions: Folder of the project's own revisions.

    Raises:
        alembic.util.CommandError: The database is behind.
    """
    config = alembic_config(versions)
    folder = versions if branch == PROJECT else APP / branch / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    exists = branch in branches(ScriptDirectory.from_config(config))
    with _connected(config, url):
        command.revision(
            config,
            message,
            autogenerate=True,
            head=f"{branch}@head" if exists else "base",
            branch_label=None if exists else branch,
            version_path=None if exists else str(folder),
        )


@functools.cache
def _ancestors() -> dict[str, frozenset[str]]:
    """Each known revision with those before it in its branch, itself included."""
    script = ScriptDirectory.from_config(alembic_config())
    return {
        revision.revision: frozenset(
            step.revision for step in script.iterate_revisions(revision.revision, "base")
        )
        for revision in script.walk_revisions()
    }


def missing_revisions(applied: Iterable[str]) -> frozenset[str]:
    """Which of the code's revisions a database lacks.

    Args:
        applied: The contents of the database's table ``alembic_version``.

    Returns:
        Identifiers of missing revisions. Empty too if the database is ahead of this code: while a
        new version is rolled out, the old one goes on serving.
    """
    known = _ancestors()
    applied = set(applied)
    if applied - known.keys():
        return frozenset()
    return frozenset(known).difference(*(known[revision] for revision in applied))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.core.migrate", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("upgrade", help="to the newest revisions (the default)")
    commands.add_parser("check", help="fail when models and database differ")
    commands.add_parser("current", help="show what the database has")
    downgrading = commands.add_parser("downgrade", help="take revisions back")
    downgrading.add_argument("revision", help="such as users@base, or project@-1")
    creating = commands.add_parser("revision", help="write a revision from the models")
    creating.add_argument("message")
    creating.add_argument("--branch", default=PROJECT, help=argparse.SUPPRESS)
    return parser


def _run(options: argparse.Namespace, url: URL) -> None:
    match options.command:
        case "check":
            check(url)
        case "current":
            config = alembic_config()
            with _connected(config, url):
                command.current(config, verbose=True)
        case "downgrade":
            downgrade(url, options.revision)
        case "revision":
            upgrade(url)
            create_revision(url, options.message, branch=options.branch)
        case _:
            upgrade(url)


def main() -> None:
    """The command."""
    options = _parser().parse_args()
    try:
        configure_logging(get_settings())
        _run(options, database_url())
    except (CommandError, SettingsError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
