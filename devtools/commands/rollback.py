"""Go back to the version before the last deploy, without losing a request: ./dev rollback

The database stays as it is: each version works on the next one's tables (docs/deployment.md).
"""

from __future__ import annotations

import argparse

from devtools.deployment import compose, lock, record, swarm
from devtools.docker import demand_engine
from devtools.errors import DevError
from devtools.progress import say


def run(arguments: list[str]) -> int:
    """Put the previous version back; a second rollback undoes the first."""
    parser = argparse.ArgumentParser(prog="./dev rollback", description=__doc__)
    parser.add_argument("--swarm", action="store_true", help="on the swarm")
    options = parser.parse_args(arguments)
    demand_engine()
    with lock.only_one():
        current, previous = record.read()
        if not previous:
            raise DevError("there is no earlier version to go back to")
        if options.swarm:
            swarm.deploy(previous, migrate=False)
        else:
            compose.deploy(previous, migrate=False)
        record.write(previous, current)
    say(f"Back on {previous}")
    return 0
