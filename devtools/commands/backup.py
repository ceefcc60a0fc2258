"""Back up the database now, and prove the backup by restoring it elsewhere: ./dev backup [--list]

Backups are also taken by themselves, every BACKUP_EVERY_HOURS (docs/backups.md).
"""

from __future__ import annotations

import argparse

from devtools.docker import compose, demand_engine
from devtools.progress import say, step


def run(arguments: list[str]) -> int:
    """Take and prove a backup, or list what there is."""
    parser = argparse.ArgumentParser(prog="./dev backup", description=__doc__)
    parser.add_argument("--list", action="store_true", help="list the backups there are")
    options = parser.parse_args(arguments)
    demand_engine()
    if options.list:
        say(compose("run", "--rm", "--no-deps", "-T", "backup", "list"))
        return 0
    with step("Backing up, and restoring the backup elsewhere"):
        told = compose("run", "--rm", "--no-deps", "-T", "backup", "now")
    say(told)
    return 0
