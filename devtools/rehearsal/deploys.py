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
BROKEN = 'CMD ["python", "-c", "raise SystemExit(\'this version is broken\')"]'


def make_version(number: int, *, broken: bool) -> str:
    """Build a version of the image that differs from the others; return its name."""
    name = f"{SLUG}-app:version-{number}"
    lines = [f"FROM {SLUG}-app:latest", f"LABEL rehearsal={number}", BROKEN if broken else ""]
    docker("build", "--quiet", "--tag", name, "-", stdin="\n".join(lines))
    return name


def rehearse(client: Client, count: int) -> str:
    """Deploy `count` versions, the middle one broken, then go back by one; lose no request."""
    project = client.project
    load.build(project)
    broken = count // 2
    names = [make_version(number, broken=number == broken) for number in range(count)]
    client.log_in()
    writes = "/api/v1/items" if has_items(client) else ""
    load.start(client.token, SECONDS_EACH * (count + 1), writes, "127.0.0.1")
    times = []
    try:
        for number, name in enumerate(names):
            began = time.monotonic()
            deploy(project, name, broken=number == broken)
            times.append(time.monotonic() - began)
        project.dev("rollback")
    finally:
        docker("kill", "--signal", "INT", load.NAME)
        outcome = load.finish()
    expect(not outcome.bad, f"{len(outcome.bad)} failures: {outcome.bad[:5]}")
    return (
        f"{count} deploys, one of them broken and taken back, and a rollback:"
        f" {outcome.requests} requests, {outcome.per_second:.0f}/s, none failed;"
        f" slowest answer {outcome.slowest};"
        f" {min(times):.0f} to {max(times):.0f} s a deploy"
    )


def deploy(project: Project, name: str, *, broken: bool) -> None:
    """Deploy a version; a broken one must be refused, with its reason told."""
    try:
        project.dev("deploy", name)
    except DevError as error:
        expect(broken, f"{name} was not deployed: {error.problem}")
        expect("this version is broken" in error.problem, f"no reason is told: {error.problem}")
    else:
        expect(not broken, "a broken version was deployed")
