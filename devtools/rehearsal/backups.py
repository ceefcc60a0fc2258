"""A backup, the loss of the database, and the way back."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from devtools.rehearsal import faults
from devtools.rehearsal.project import SLUG, Project
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import Client

# Every row of the accounts and, where they are, of the items, as one hash.
CONTENTS = "SELECT md5(string_agg(r, '' ORDER BY r)) FROM (SELECT t::text AS r FROM {table} t) s"
METRICS = (
    "import urllib.request as u;"
    "print(u.urlopen('http://127.0.0.1:8000/api/v1/health/metrics').read().decode())"
)


def contents(project: Project) -> list[str]:
    """Return a hash of each table of people's data."""
    query = (
        "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        " AND tablename NOT LIKE 'procrastinate%' ORDER BY 1"
    )
    tables = [name.replace('"', '\\"') for name in project.sql(query).splitlines()]
    return [f"{name} {project.sql(CONTENTS.format(table=name))}" for name in tables]


def rehearse(client: Client) -> str:
    """Back up, destroy everything with the database, restore, compare."""
    project = client.project
    state = client.get("/health/ready").json
    expect(state["backup_age_hours"] is not None, "no backup was taken by itself")
    project.compose("stop", "worker")
    check_faults(project)
    began = time.monotonic()
    replace(project, settings={**project.settings, "BACKUP_KEEP": "--keep-last 1"}).dev("backup")
    took = time.monotonic() - began
    kept = project.dev("backup", "--list")
    expect(re.search(r"^1 snapshots", kept, re.MULTILINE), f"the policy keeps one: {kept}")
    before = contents(project)
    told = faults.fail(project, faults.RESTORE_BREAKS_OFF, "restore", "restore", "latest")
    expect(contents(project) == before, f"half of a backup was restored: {told}")
    state = client.get("/health/ready").json
    age = state["backup_age_hours"]
    expect(age is not None and age < 0.1, f"readiness says nothing of the backup: {state}")
    metrics = project.in_container("app", METRICS)
    expect("app_backup_taken_timestamp_seconds" in metrics, f"metrics say nothing: {metrics}")
    destroy(project)
    began = time.monotonic()
    project.dev("restore", "--yes")
    back = time.monotonic() - began
    after = contents(project)
    expect(after == before, f"before: {before}\nafter: {after}")
    client.log_in()
    expect(client.get("/users/me").status == 200, "the restored account cannot be used")
    return (
        f"the scheduled one was proven; one that breaks off and one that loses rows were refused;"
        f" {len(before)} tables the same; backup and proof {took:.0f} s, restore {back:.0f} s"
    )


def check_faults(project: Project) -> None:
    """A backup that breaks off fails, and one that lost rows is not proven."""
    told = faults.fail(project, faults.DUMP_BREAKS_OFF, "backup", "now")
    expect("took" not in told, f"a dump that broke off was taken for a backup: {told}")
    told = faults.fail(project, faults.DUMP_LOSES_ROWS, "backup", "now")
    expect("not to the rows" in told, f"lost rows were not noticed: {told}")


def destroy(project: Project) -> None:
    """Remove everything but the backups, as if it were another machine."""
    project.compose("down", "--timeout", "10")
    project.docker("volume", "rm", f"{SLUG}_database", f"{SLUG}_scratch", f"{SLUG}_acme")
