"""Replace the database's contents by a backup's: ./dev restore [SNAPSHOT | --to TIME] --yes

The newest one unless a SNAPSHOT is named (./dev backup --list). --to takes the database as it was
at a moment, such as '2026-11-21 14:05+00', where its log is archived (docs/backups.md). All or
nothing, in one transaction; the application stands still meanwhile, and the database is migrated
to its version afterwards.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from devtools.deployment import lock, proxy, record, swarm_backups
from devtools.docker import DockerFailed, compose, container_of, demand_engine
from devtools.errors import DevError
from devtools.progress import say, step

ARCHIVE = "archive"
USERS = ("app", "app-standby", "worker")


def run(arguments: list[str]) -> int:
    """Stop the application, restore, migrate, start it again."""
    parser = argparse.ArgumentParser(prog="./dev restore", description=__doc__)
    parser.add_argument("snapshot", nargs="?", default="latest", help="which backup (the newest)")
    parser.add_argument("--to", metavar="TIME", help="the moment, with its offset from UTC")
    parser.add_argument("--swarm", action="store_true", help="in the swarm")
    parser.add_argument("--yes", action="store_true", help="what the database holds now may go")
    options = parser.parse_args(arguments)
    if options.to and options.snapshot != "latest":
        parser.error("--to finds the backup that it needs by itself: name no SNAPSHOT")
    if options.to and options.swarm:
        parser.error("--to is for the database of one machine; a swarm archives no log")
    moment = parse_moment(options.to) if options.to else ""
    demand_engine()
    if not options.yes:
        raise DevError(
            "this replaces everything that the database holds now",
            "Take a backup of it first if in doubt (./dev backup), then add --yes.",
        )
    with lock.only_one():
        if options.swarm:
            swarm_backups.restore(record.demand(), options.snapshot)
        else:
            restore(options.snapshot, moment)
    say("The backup's contents are in place.")
    return 0


def restore(snapshot: str, moment: str) -> None:
    """Restore a snapshot, or the database as of a moment, on this machine."""
    services = compose("config", "--services").split()
    if moment and ARCHIVE not in services:
        raise DevError(
            "no log is archived here, so there is no way back to a moment",
            "docs/backups.md tells how to archive from now on; ./dev backup --list shows backups.",
        )
    if "database" in services:
        with step("Starting the database"):
            compose("up", "--detach", "--wait", "--no-build", "database")
    snapshot = recover(moment) if moment else snapshot
    with step("Stopping the application"):
        compose("--profile", "deploy", "stop", *USERS)
    with step(f"Restoring {snapshot}"):
        told = compose("run", "--rm", "--no-deps", "-T", "restore", "restore", snapshot)
    say(told)
    with step("Migrating, and starting the application"):
        compose("up", "--detach", "--no-build", "--wait")
    with step("Asking through the proxy"):
        proxy.smoke_test(30)


def parse_moment(text: str) -> str:
    """Return a moment in ISO 8601. Raises DevError if it is none, or might be another elsewhere."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise DevError(
            f"{text!r} is not a moment with its offset from UTC", "Like this: '2026-11-21 14:05+00'"
        )
    if moment > datetime.now(UTC):
        raise DevError(f"{text} is still to come")
    return moment.isoformat()


def recover(moment: str) -> str:
    """Have the database rebuilt as of a moment, beside the one that runs; return the snapshot."""
    if container_of(ARCHIVE):
        with step("Archiving what was written until now"):
            ship()
    with step(f"Recovering the database as of {moment}"):
        told = compose("run", "--rm", "--no-deps", "-T", ARCHIVE, "recover", moment)
    return told.splitlines()[-1]


def ship() -> None:
    """Complete the archive. Where the database is a new one, what was shipped before has to do."""
    try:
        compose("exec", "-T", ARCHIVE, "archive", "now")
    except DockerFailed as error:
        say(f"    not possible, going on with what is archived: {error.printed.strip()[-300:]}")
