"""Faults: one program of a container fails, or does less than it says."""

from __future__ import annotations

from devtools.docker import DockerFailed, inspect
from devtools.rehearsal.project import SLUG, Project
from devtools.rehearsal.report import Unexpected

# Where an image says nothing else.
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
DUMP_BREAKS_OFF = ("pg_dump", 'pg_dump "$@" | head -c 10000; exit 1')
DUMP_LOSES_ROWS = ("pg_dump", 'exec pg_dump --exclude-table-data=alembic_version "$@"')
RESTORE_BREAKS_OFF = ("pg_restore", 'pg_restore "$@" | head -n 300; exit 1')


def fail(project: Project, fault: tuple[str, str], *command: str) -> str:
    """Run a service's command with a program replaced by a script; return what was told of it.

    In the script the program's name is the program itself. Raises Unexpected if nothing fails.
    """
    program, script = fault
    folder = project.folder / "faults"
    folder.mkdir(exist_ok=True)
    file = folder / program
    file.write_text(f"#!/bin/sh\nPATH=${{PATH#/faults:}}\n{script}\n", "utf-8")
    file.chmod(0o755)
    variables = inspect("image", f"{SLUG}-backup:latest")["Config"]["Env"] or ()
    path = next((one for one in variables if one.startswith("PATH=")), PATH)
    options = ["--volume", f"{folder}:/faults:ro", "--env", path.replace("=", "=/faults:", 1)]
    try:
        told = project.compose("run", "--rm", "--no-deps", "-T", *options, *command)
    except DockerFailed as error:
        return error.printed
    finally:
        file.unlink()
    raise Unexpected(f"nothing failed, though {program} did: {told[-2000:]}")
