"""Point-in-time recovery, switched on in a project that runs: back to a moment before a mistake."""

from __future__ import annotations

import time
from dataclasses import replace

from devtools.docker import DockerFailed
from devtools.rehearsal.backups import contents
from devtools.rehearsal.project import FILES, SLUG, TEST_FILE, Project
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import Client

SETTINGS = {
    "COMPOSE_FILE": ":".join((*FILES, "docker-compose.pitr.yml", TEST_FILE)),
    "APP_IMAGE": f"{SLUG}-app:latest",
}
ROLES = (
    "export PGPASSWORD=$(cat /run/secrets/postgres_password);"
    "psql -q -U postgres -d app -f /docker-entrypoint-initdb.d/10-roles.sql"
)


def with_archive(project: Project) -> Project:
    """Return the project with the file that archives the log."""
    return replace(project, settings=SETTINGS)


def rehearse(client: Client) -> str:
    """Archive, write, drop a table, and have everything again as it was the second before."""
    project = with_archive(client.project)
    began = time.monotonic()
    switch_on(project)
    ready = time.monotonic() - began
    check_rights(project)
    client.log_in()
    expect(client.post("/users", guest("kept")).status == 201, "no user can be created")
    project.compose("stop", "worker")
    before = contents(project)
    moment = project.sql("SELECT now()")
    time.sleep(1)
    expect(client.post("/users", guest("late")).status == 201, "no user can be created")
    project.sql("DROP TABLE users CASCADE")
    began = time.monotonic()
    project.dev("restore", "--to", moment, "--yes")
    back = time.monotonic() - began
    after = contents(project)
    expect(after == before, f"before: {before}\nafter: {after}")
    client.log_in()
    return (
        f"first base backup after {ready:.0f} s; a row and a dropped table later,"
        f" {len(before)} tables as of {moment} again within {back:.0f} s"
    )


def guest(name: str) -> dict[str, str]:
    """Return what makes an account."""
    address = f"{name}{time.time_ns()}@example.com"
    return {"email": address, "full_name": name, "password": "a long password of guests"}


def switch_on(project: Project) -> None:
    """Do what docs/backups.md says for a database that was made without it."""
    project.dev("secrets")
    project.compose("up", "--detach", "--no-build", "--wait", "database")
    project.compose("exec", "-T", "database", "sh", "-c", ROLES)
    project.compose("up", "--build", "--detach", "--wait", "archive")


def check_rights(project: Project) -> None:
    """The role that receives the log reads no table."""
    server = "'host=database user=app_archive dbname=app'"
    query = f"psql -XAt -c 'TABLE public.users' {server}"
    login = "export PGPASSWORD=$(cat /run/secrets/database_password)"
    try:
        told = project.compose("exec", "-T", "archive", "sh", "-c", f"{login}; {query}")
    except DockerFailed as error:
        expect("permission denied" in error.printed, error.printed)
    else:
        expect(False, f"the archive's role reads tables: {told}")
