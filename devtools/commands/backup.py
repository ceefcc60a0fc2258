"""Back up the database now, and prove the backup: ./dev backup [--list] [--swarm]

It is proven by restoring it elsewhere. Backups are also taken by themselves, every
BACKUP_EVERY_HOURS (docs/backups.md).
"""

from __future__ import annotations

import argparse

from devtools.deployment import record, swarm_backups
from devtools.docker import compose, demand_engine
from devtools.progress import say, step


def run(arguments: list[str]) -> int:
    """Take and prove a backup, or list what there is."""
    parser = argparse.ArgumentParser(prog="./dev backup", description=__doc__)
    parser.add_argument("--list", action="store_true", help="list the backups there are")
    parser.add_argument("--swarm", action="store_true", help="those of the swarm")
    options = parser.parse_args(arguments)
    demand_engine()
    command = "list" if options.list else "now"
    with step("Listing" if options.list else "Backing up, and restoring the backup elsewhere"):
        if options.swarm:
            told = swarm_backups.run(record.demand(), command)
        else:
            told = compose("run", "--rm", "--no-deps", "-T", "backup", command)
    say(told)
    return 0
