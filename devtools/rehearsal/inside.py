"""Checks from inside: rights of the processes and of the database's roles; a restart of it."""

from __future__ import annotations

import json
import time

from devtools.docker import DockerFailed
from devtools.rehearsal.project import Project
from devtools.rehearsal.report import Unexpected, expect
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
MEBIBYTE = 1024 * 1024
# Secrets, and a service that needs each.
NEEDED = {
    "secret_key": "app",
    "smtp_password": "app",
    "first_superuser_password": "migrate",
    "database_app_password": "worker",
    "database_owner_password": "migrate",
    "postgres_password": "database",
    "database_backup_password": "backup",
    "backup_passphrase": "backup",
}


def check_missing_secrets(project: Project) -> str:
    """Without one of its secret files nothing starts, and the file is named."""
    told = [why_not_started(project, service, name) for name, service in NEEDED.items()]
    return f"{len(told)} secrets, one at a time; of the first: {told[0]}"


def why_not_started(project: Project, service: str, name: str) -> str:
    """Return what is told of a service that misses a secret."""
    secret = project.folder / "secrets" / name
    away = secret.rename(secret.with_suffix(".away"))
    try:
        project.compose("up", "--detach", "--no-build", "--no-deps", service)
    except DockerFailed as error:
        expect(name in error.printed, f"the missing secret is not named: {error.printed}")
        last = error.printed.strip().splitlines()[-1]
        return last.replace(str(project.folder), "…")
    finally:
        away.rename(secret)
        project.compose("rm", "--force", "--stop", service)
    raise Unexpected(f"{service} started without {name}")


def check_containers(project: Project) -> str:
    """Every container is held to what it needs of files, rights, memory, logs; and is kept up."""
    containers = json.loads(project.docker("inspect", *project.compose("ps", "--quiet").split()))
    seen = []
    for container in containers:
        service = container["Config"]["Labels"]["com.docker.compose.service"]
        if service == "mail":  # only of the rehearsal
            continue
        host = container["HostConfig"]
        limits = {
            "a read-only file system": host["ReadonlyRootfs"] or service == "database",
            "no capabilities": host["CapDrop"] == ["ALL"],
            "no new privileges": any("no-new-priv" in one for one in host["SecurityOpt"] or ()),
            "a limit of memory": host["Memory"] > 0,
            "logs that are rotated": "max-size" in host["LogConfig"]["Config"],
            "restarts": host["RestartPolicy"]["Name"] == "unless-stopped",
            "no Docker socket": "docker.sock" not in json.dumps(container["Mounts"]),
        }
        missing = [what for what, given in limits.items() if not given]
        expect(not missing, f"{service} lacks {', '.join(missing)}")
        seen.append(f"{service} {host['Memory'] // MEBIBYTE} MiB")
    return f"read-only, no capabilities, rotated logs, restarts; at most {', '.join(sorted(seen))}"


def check_rights(project: Project) -> str:
    """The application's process and its database role can do no more than they must."""
    told = project.in_container("app", TRY)
    expect("DONE" not in told, told)
    expect("uid 10001" in told, told)
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
