"""What the application takes while it answers: cores, memory, connections to the database."""

from __future__ import annotations

import json
from collections import defaultdict

from devtools.rehearsal import load
from devtools.rehearsal.outside import has_items
from devtools.rehearsal.project import SLUG, Project
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import Client

SECONDS = 20
SAMPLES = 3
SERVICES = ("app", "proxy", "database", "worker", "backup")
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"


def measure(client: Client) -> str:
    """Ask for as much as one process answers, and look at each container meanwhile."""
    load.build(client.project)
    client.log_in()
    writes = "/api/v1/items" if has_items(client) else ""
    load.start(client.token, SECONDS, writes, "127.0.0.1")
    samples = [sample(client.project) for _ in range(SAMPLES)]
    connections = client.project.sql(CONNECTIONS)
    outcome = load.finish()
    expect(not outcome.bad, f"{len(outcome.bad)} failures: {outcome.bad[:5]}")
    cores: defaultdict[str, float] = defaultdict(float)
    memory: dict[str, str] = {}
    for service, core, used in (line for lines in samples for line in lines):
        cores[service] += core / SAMPLES
        memory[service] = used
    taken = [f"{service} {cores[service]:.2f} and {memory[service]}" for service in memory]
    return (
        f"{outcome.per_second:.0f} answers/s to {load.CONNECTIONS} connections, reads and writes;"
        f" cores and memory: {', '.join(taken)}; {connections} connections to the database"
    )


def sample(project: Project) -> list[tuple[str, float, str]]:
    """Return of each service how many cores it uses now, and how much memory."""
    names = [f"{SLUG}-{service}-1" for service in SERVICES]
    told = project.docker("stats", "--no-stream", "--format", "{{json .}}", *names)
    return [
        (
            line["Name"].split("-")[1],
            float(line["CPUPerc"].rstrip("%")) / 100,
            line["MemUsage"].partition(" /")[0],
        )
        for line in map(json.loads, told.splitlines())
    ]
