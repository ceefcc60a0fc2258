"""Deploys, one of them broken, while a constant load asks for answers."""

from __future__ import annotations

import time

from devtools.docker import docker
from devtools.errors import DevError
from devtools.rehearsal import load
from devtools.rehearsal.outside import has_items
from devtools.rehearsal.project import SLUG, Project
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import Client

SECONDS_EACH = 90
SERVICE = "/srv/backend/app/health/service.py"
# Lives, serves, and says of itself that it is not ready.
PATCH = (
    "\\nasync def _ask():\\n"
    '    _log.warning("this version is never ready")\\n'
    '    return State(("Never.",))\\n'
)
# How a version can fail: what its image adds, and what has to be told of it.
DIES = (
    ['CMD ["python", "-c", "raise SystemExit(\'this version is broken\')"]'],
    "this version is broken",
)
NEVER_READY = (
    [
        "USER root",
        f"RUN printf '{PATCH}' >>{SERVICE} && rm -r /srv/backend/app/health/__pycache__",
        "USER 10001:10001",
    ],
    "this version is never ready",
)
CORE = "/srv/backend/app/core"
BREAK = 's/^def main.*/&\\n    raise SystemExit("this worker is broken")/'
WORKER_DIES = (
    [
        "USER root",
        f"RUN sed -i '{BREAK}' {CORE}/worker.py && rm {CORE}/__pycache__/worker.*",
        "USER 10001:10001",
    ],
    "this worker is broken",
)
Defect = tuple[list[str], str]
VERSIONS = "/srv/backend/migrations/versions"
# A branch of its own, so that it follows whatever revisions a project has.
REVISION = (
    "import sqlalchemy as sa\\n"
    "from alembic import op\\n"
    'revision, down_revision, depends_on = "rehearsed0001", None, None\\n'
    'branch_labels, after = ("rehearsed",), ("users",)\\n'
    'def upgrade(): op.add_column("users", sa.Column("rehearsed", sa.String()))\\n'
)
# The versions after the one that has it find a database that is ahead of them.
MIGRATES = [
    "USER root",
    f"RUN mkdir -p {VERSIONS} && printf '{REVISION}' >{VERSIONS}/rehearsed.py",
    "USER 10001:10001",
]
MIGRATING = 1
REVISED = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'rehearsed'"
TWICE = "SELECT count(*) - count(DISTINCT title) FROM items WHERE title LIKE 'load %'"


def make_version(number: int, *instructions: str) -> str:
    """Build a version of the image that differs from the others; return its name."""
    name = f"{SLUG}-app:version-{number}"
    lines = [f"FROM {SLUG}-app:latest", f"LABEL rehearsal={number}", *instructions]
    docker("build", "--quiet", "--tag", name, "-", stdin="\n".join(lines))
    return name


def rehearse(client: Client, count: int) -> str:
    """Deploy `count` versions, some of them broken, then go back by one; lose no request.

    One ends at once, one lives and never gets ready, and of one the worker does not start. The
    second version adds a column, with which all others live. No write is done twice.
    """
    project = client.project
    load.build(project)
    broken = enumerate((DIES, NEVER_READY, WORKER_DIES), count // 2)
    defects = {number: defect for number, defect in broken if number < count}
    instructions = {number: defect[0] for number, defect in defects.items()}
    instructions.setdefault(MIGRATING, MIGRATES)
    names = [make_version(number, *instructions.get(number, ())) for number in range(count)]
    client.log_in()
    writes = "/api/v1/items" if has_items(client) else ""
    load.start(client.token, SECONDS_EACH * (count + 1), writes, "127.0.0.1")
    times = []
    try:
        for number, name in enumerate(names):
            began = time.monotonic()
            deploy(project, name, defects.get(number))
            times.append(time.monotonic() - began)
        project.dev("rollback")
    finally:
        docker("kill", "--signal", "INT", load.NAME)
        outcome = load.finish()
    expect(not outcome.bad, f"{len(outcome.bad)} failures: {outcome.bad[:5]}")
    expect(project.sql(REVISED) == "1", "no version has migrated the database")
    expect(not writes or project.sql(TWICE) == "0", "a write was done twice")
    return (
        f"{count} deploys, one with a migration, {len(defects)} broken and taken back, and a"
        f" rollback:"
        f" {outcome.requests} requests, {outcome.per_second:.0f}/s, none failed;"
        f" slowest answer {outcome.slowest};"
        f" {min(times):.0f} to {max(times):.0f} s a deploy"
    )


def deploy(project: Project, name: str, defect: Defect | None) -> None:
    """Deploy a version; a broken one must be refused, with its reason told."""
    try:
        project.dev("deploy", name)
    except DevError as error:
        expect(defect, f"{name} was not deployed: {error.problem}")
        expect(defect and defect[1] in error.problem, f"no reason is told: {error.problem}")
    else:
        expect(not defect, "a broken version was deployed")
