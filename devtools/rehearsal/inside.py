"""Checks from inside: rights of the processes and of the database's roles; a restart of it."""

from __future__ import annotations

import json
import time

from devtools.docker import DockerFailed, docker
from devtools.rehearsal.project import Project
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import Client

TRY = """
import os, pathlib, psycopg
def attempt(what, action):
    try: action(); print("DONE", what)
    except Exception as error: print("refused", what, type(error).__name__)
attempt("write to the image", lambda: pathlib.Path("/srv/x").write_text("x"))
password = pathlib.Path("/run/secrets/database_password").read_text()
def sql(statement):
    psycopg.connect(os.environ["DATABASE_URL"], password=password).execute(statement)
attempt("create a table", lambda: sql("CREATE TABLE x ()"))
attempt("drop a table", lambda: sql("DROP TABLE alembic_version"))
attempt("become owner", lambda: sql("SET ROLE app_owner"))
attempt("read passwords", lambda: sql("TABLE pg_authid"))
print("uid", os.getuid())
"""


def check_missing_secrets(project: Project) -> str:
    """Without one of its secret files nothing starts, and the file is named."""
    secret = project.folder / "secrets" / "secret_key"
    away = secret.rename(secret.with_suffix(".away"))
    try:
        project.compose("up", "--detach", "--no-build", "--no-deps", "app")
    except DockerFailed as error:
        expect("secret_key" in error.printed, f"the missing secret is not named: {error.printed}")
        told = error.printed.strip().splitlines()[-1]
    else:
        told = ""
    finally:
        away.rename(secret)
        project.compose("rm", "--force", "--stop", "app")
    expect(told, "the application started without secret_key")
    return told[-160:]


def check_rights(project: Project) -> str:
    """The application's process and its database role can do no more than they must."""
    told = project.in_container("app", TRY)
    expect("DONE" not in told, told)
    expect("uid 10001" in told, told)
    containers = project.compose("ps", "--quiet").split()
    for container in containers:
        shown = json.loads(docker("inspect", container))[0]
        sources = [mount["Source"] for mount in shown["Mounts"]]
        expect(not any("docker.sock" in source for source in sources), "Docker's socket is mounted")
    roles = project.sql(
        "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolcreatedb OR rolcreaterole)"
        " AND rolname <> 'postgres'"
    )
    expect(not roles, f"roles with too many rights: {roles}")
    return f"refused: {', '.join(line[8:] for line in told.splitlines() if 'refused' in line)}"


def check_database_restart(client: Client) -> str:
    """After a restart of the database the application is ready again by itself."""
    project = client.project
    before = project.compose("ps", "--quiet", "app")
    project.compose("restart", "database")
    began = time.monotonic()
    while time.monotonic() - began < 60:
        if client.get("/health/ready").status == 200 and client.get("/users/me").status == 200:
            break
        time.sleep(0.2)
    else:
        expect(False, "the application did not come back within 60 s")
    expect(project.compose("ps", "--quiet", "app") == before, "the application was restarted")
    return f"ready {time.monotonic() - began:.1f} s after the database, same process"
