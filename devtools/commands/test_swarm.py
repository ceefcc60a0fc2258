"""Rehearse shipping to three machines: ./dev test-swarm

Starts three Docker engines in containers here, forms a swarm, deploys to it, and, while a
load asks for answers, updates it, goes back, deploys broken versions, and kills a machine. The
report is written to .dev/rehearsal/swarm.md. Needs root's rights over Docker, and the port 5000.
"""

from __future__ import annotations

import argparse

from devtools import ports
from devtools.docker import demand_engine
from devtools.paths import relative
from devtools.progress import say
from devtools.rehearsal import images, project
from devtools.rehearsal.nodes import Nodes
from devtools.rehearsal.report import Report
from devtools.rehearsal.stack import Stack


def run(arguments: list[str]) -> int:
    """Rehearse, write the report, and remove what was started."""
    parser = argparse.ArgumentParser(prog="./dev test-swarm", description=__doc__)
    parser.parse_args(arguments)
    demand_engine()
    ports.demand_free(5000, "the registry", "(none: the rehearsal uses this one)")
    report = Report("Three machines, rehearsed")
    rehearsed = project.prepare()
    try:
        report.run("Build the images", lambda: images.build(rehearsed))
        with Nodes(rehearsed.folder) as nodes:
            stack = Stack(rehearsed, nodes)
            report.run("First deploy", stack.start)
            report.run("Rolling update under load", lambda: stack.check("update"))
            report.run("Rollback under load", lambda: stack.check("go_back"))
            report.run("Backup, loss, restore", stack.restore)
            report.run("Broken version under load", lambda: stack.check("break_down"))
            report.run("One that is never ready", lambda: stack.check("never_get_ready"))
            report.run("Loss of a machine under load", lambda: stack.check("lose_a_machine"))
    finally:
        path = project.FOLDER / "swarm.md"
        report.write(path)
        say(f"Report: {relative(path)}")
    return 0
