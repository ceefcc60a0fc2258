"""Replace the database's contents with a backup's: ./dev restore [SNAPSHOT] --yes

The newest one unless a SNAPSHOT is named (./dev backup --list). All or nothing, in one transaction;
the application stands still meanwhile, and the database is migrated to its version afterwards.
"""

from __future__ import annotations

import argparse

from devtools.deployment import lock, proxy
from devtools.docker import compose, demand_engine
from devtools.errors import DevError
from devtools.progress import say, step

USERS = ("app", "app-standby", "worker")


def run(arguments: list[str]) -> int:
    """Stop the application, restore, migrate, start it again."""
    parser = argparse.ArgumentParser(prog="./dev restore", description=__doc__)
    parser.add_argument("snapshot", nargs="?", default="latest", help="which backup (the newest)")
    parser.add_argument("--yes", action="store_true", help="what the database holds now may go")
    options = parser.parse_args(arguments)
    demand_engine()
    if not options.yes:
        raise DevError(
            "this replaces everything that the database holds now",
            "Take a backup of it first if in doubt (./dev backup), then add --yes.",
        )
    with lock.only_one():
        with step("Starting the database"):
            compose("up", "--detach", "--wait", "--no-build", "database")
        with step("Stopping the application"):
            compose("--profile", "deploy", "stop", *USERS)
        with step(f"Restoring {options.snapshot}"):
            told = compose("run", "--rm", "--no-deps", "-T", "restore", "restore", options.snapshot)
        say(told)
        with step("Migrating, and starting the application"):
            compose("up", "--detach", "--no-build", "--wait")
        with step("Asking through the proxy"):
            proxy.smoke_test(30)
    say("The backup's contents are in place.")
    return 0
