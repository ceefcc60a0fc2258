"""Migrations: from nothing, in a race, in branches that do not disturb each other."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL

from app.core import migrate
from app.core.settings import PROJECT_ROOT

BACKEND = PROJECT_ROOT / "backend"


def query(url: URL, text: str) -> list[tuple[Any, ...]]:
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return connection.execute(text.encode()).fetchall()


def tables(url: URL) -> set[str]:
    return {row[0] for row in query(url, "SELECT tablename FROM pg_tables")}


def test_an_empty_database_gets_everything_and_matches_the_models(make_database: Any) -> None:
    url = make_database()
    migrate.upgrade(url)
    assert {"users", "auth_sessions", "procrastinate_jobs"} <= tables(url)
    migrate.check(url)


def test_a_difference_from_the_models_is_found(make_database: Any) -> None:
    url = make_database()
    migrate.upgrade(url)
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("ALTER TABLE users ADD COLUMN forgotten int")
    with pytest.raises(CommandError, match="forgotten"):
        migrate.check(url)


def test_replicas_that_start_together_migrate_once(make_database: Any) -> None:
    url = make_database()
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(migrate.upgrade, url) for _ in range(3)]:
            done.result()
    migrate.check(url)


def test_everything_can_be_taken_back(make_database: Any) -> None:
    url = make_database()
    migrate.upgrade(url)
    script = ScriptDirectory.from_config(migrate.alembic_config())
    for branch in reversed(migrate.branches(script)):
        migrate.downgrade(url, f"{branch}@base")
    rest = {name for name in tables(url) if not name.startswith(("pg_", "sql_"))}
    assert rest == {"alembic_version"}
    types = "SELECT typname FROM pg_type WHERE typname LIKE 'procrastinate%'"
    functions = "SELECT proname FROM pg_proc WHERE proname LIKE 'procrastinate%'"
    assert query(url, types) + query(url, functions) == []
    migrate.upgrade(url)
    migrate.check(url)


def test_what_a_database_lacks_is_told(make_database: Any) -> None:
    url = make_database()
    assert "auth0001" in migrate.missing_revisions([])
    migrate.upgrade(url)
    applied = [row[0] for row in query(url, "SELECT version_num FROM alembic_version")]
    assert migrate.missing_revisions(applied) == set()
    migrate.downgrade(url, "auth@base")
    applied = [row[0] for row in query(url, "SELECT version_num FROM alembic_version")]
    assert migrate.missing_revisions(applied) == {"auth0001"}


def test_a_database_that_is_ahead_is_left_alone(make_database: Any) -> None:
    url = make_database()
    migrate.upgrade(url)
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(
            "UPDATE alembic_version SET version_num = 'newer' WHERE version_num LIKE 'auth%'"
        )
    migrate.upgrade(url)
    assert migrate.missing_revisions(["newer"]) == set()


def run(folder: Path, url: URL, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of a copy of the backend, as a project of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folder / "backend"),
        "DATABASE_URL": url.render_as_string(hide_password=False),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *arguments],
        cwd=folder / "backend",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the backend, to be changed."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", "tests")
    shutil.copytree(BACKEND, tmp_path / "backend", ignore=ignored)
    return tmp_path


def test_a_project_without_the_example_feature_works(project: Path, make_database: Any) -> None:
    shutil.rmtree(project / "backend" / "app" / "items", ignore_errors=True)
    url = make_database()
    run(project, url, "app.core.migrate")
    run(project, url, "app.core.migrate", "check")
    assert "users" in tables(url)
    assert "items" not in tables(url)
    document = run(project, url, "app.core.openapi").stdout
    assert "/api/v1/users/me" in document
    assert "/api/v1/items" not in document


def test_ones_own_revisions_and_the_templates_do_not_collide(
    project: Path, make_database: Any
) -> None:
    url = make_database()
    models = project / "backend" / "app" / "users" / "models.py"
    models.write_text(models.read_text() + "    price: int | None = None\n")
    run(project, url, "app.core.migrate", "revision", "add a price")
    run(project, url, "app.core.migrate")
    run(project, url, "app.core.migrate", "check")
    (own,) = (project / "backend" / "migrations" / "versions").glob("*.py")
    assert "sa.Column('price'" in own.read_text()
    assert "branch_labels = 'project'" in own.read_text() or "('project',)" in own.read_text()

    # An update of the template brings a revision in its own branch …
    (models.parent / "migrations" / "0002_more.py").write_text(TEMPLATE_REVISION)
    models.write_text(models.read_text() + "    colour: str | None = None\n")
    run(project, url, "app.core.migrate")
    run(project, url, "app.core.migrate", "check")
    # … and one's own next revision follows one's own last.
    models.write_text(models.read_text() + "    weight: int | None = None\n")
    run(project, url, "app.core.migrate", "revision", "add a weight")
    run(project, url, "app.core.migrate")
    run(project, url, "app.core.migrate", "check")
    assert len(list((project / "backend" / "migrations" / "versions").glob("*.py"))) == 2

    # A new database gets all of it, too.
    another = make_database()
    run(project, another, "app.core.migrate")
    run(project, another, "app.core.migrate", "check")
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'bootstrap'"
    assert {("price",), ("colour",), ("weight",)} <= set(query(another, columns))


TEMPLATE_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "users0002"
down_revision = "users0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bootstrap", sa.Column("colour", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("bootstrap", "colour")
"""
