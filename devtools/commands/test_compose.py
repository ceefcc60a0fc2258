"""Rehearse shipping on this machine's Docker: ./dev test-compose [--deploys N] [--keep]

Builds the images, starts everything as in production, and checks it from outside and inside: HTTPS,
limits, rights, deploys under load, a backup and a moment that are restored. Needs the ports 80 and
443. The report is written to .dev/rehearsal/report.md.
"""

from __future__ import annotations

import argparse

from devtools import ports
from devtools.docker import demand_engine, docker
from devtools.paths import relative
from devtools.progress import say
from devtools.rehearsal import (
    backups,
    certificates,
    deploys,
    development,
    footprint,
    images,
    inside,
    layers,
    limits,
    moments,
    outside,
    project,
    storage,
)
from devtools.rehearsal.report import Report
from devtools.rehearsal.web import Client


def run(arguments: list[str]) -> int:
    """Rehearse, write the report, and remove what was started."""
    parser = argparse.ArgumentParser(prog="./dev test-compose", description=__doc__)
    parser.add_argument("--deploys", type=int, default=10, help="how many deploys under load (10)")
    parser.add_argument("--keep", action="store_true", help="leave everything running at the end")
    options = parser.parse_args(arguments)
    demand_engine()
    for port in sorted(outside.OPEN):
        ports.demand_free(port, "the proxy", "(none: the rehearsal uses this one)")
    report = Report("Shipping, rehearsed")
    rehearsed = project.prepare()
    try:
        rehearse(report, rehearsed, options.deploys)
    finally:
        path = project.FOLDER / "report.md"
        report.write(path)
        say(f"Report: {relative(path)}")
        if not options.keep:
            project.remove(moments.with_archive(rehearsed))
    return 0


def rehearse(report: Report, rehearsed: project.Project, count: int) -> None:
    """Run all steps; the first that fails ends the rehearsal."""
    report.run("Build the images", lambda: images.build(rehearsed))
    report.run("What is in the images", images.check)
    report.run("The same build twice", lambda: layers.rehearse(rehearsed))
    report.run("A certificate by ACME", lambda: certificates.rehearse(rehearsed))
    report.run("Development", lambda: development.rehearse(rehearsed))
    before = outside.scan()
    report.run("A missing secret", lambda: inside.check_missing_secrets(rehearsed))
    report.run("First start", lambda: start(rehearsed))
    client = Client(rehearsed)
    report.run("Open ports", lambda: outside.check_ports(rehearsed, before))
    report.run("Containers", lambda: inside.check_containers(rehearsed))
    report.run("TLS", lambda: outside.check_tls(client))
    report.run("Headers", lambda: outside.check_headers(client))
    report.run("Frontend", lambda: outside.check_frontend(client))
    report.run("Login, item, mail", lambda: outside.check_use(client))
    report.run("Rights", lambda: inside.check_rights(rehearsed))
    report.run("Restart of the database", lambda: inside.check_database_restart(client))
    report.run("Access log", lambda: outside.check_log(client))
    report.run("What it takes", lambda: footprint.measure(client))
    report.run("Deploys under load", lambda: deploys.rehearse(client, count))
    report.run("Backup, loss, restore", lambda: backups.rehearse(client))
    report.run("Back to a moment", lambda: moments.rehearse(client))
    report.run("Backup to S3", lambda: storage.rehearse(rehearsed))
    report.run("Limits", lambda: limits.rehearse(client))


def start(rehearsed: project.Project) -> str:
    """Start everything as on a new machine: by the command that deploys, with no image there."""
    for name in project.images():
        docker("image", "rm", "--force", f"{project.SLUG}-{name}:latest")
    rehearsed.dev("deploy", "--build")
    return rehearsed.compose("ps", "--all", "--format", "{{.Service}}: {{.Status}}").replace(
        "\n", ", "
    )
