#!/usr/bin/env python3
"""The archive for point-in-time recovery (docs/backups.md): what the container `archive` runs.

    archive schedule        receive the write-ahead log all the time, ship it every few minutes
    archive now             ship everything that was written until now
    archive recover TIME    rebuild the database as it was then; print the snapshot of its dump
    archive healthy         for the health check

Barman receives the log, takes base backups and removes what no recovery needs any more. restic
encrypts and compresses its folder into the repository of the backups.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

SECRETS = Path("/run/secrets")
ARCHIVE = Path("/archive")
SCRATCH = Path("/scratch")
SHIPPED = SCRATCH / "shipped"
# The container's own: a recovery runs in another one, beside the schedule's.
CONFIG = Path("/tmp/barman.conf")  # noqa: S108
LOG = SCRATCH / "barman.log"
LARGEST_LOG = 10_000_000
EVERY = timedelta(minutes=float(os.environ.get("ARCHIVE_EVERY_MINUTES", "5")))
BASE_EVERY = timedelta(hours=float(os.environ.get("ARCHIVE_BASE_HOURS", "24")))
KEEP_DAYS = int(os.environ.get("ARCHIVE_KEEP_DAYS", "7"))
LOGIN = "host=database user=app_archive dbname=app connect_timeout=10"
SETTINGS = """
[barman]
barman_user = backup-user
barman_home = {home}
log_file = {log}
[app]
description = The application's database
conninfo = {login}
streaming_conninfo = {login}
backup_method = postgres
streaming_archiver = on
slot_name = archive
create_slot = auto
compression = gzip
immediate_checkpoint = on
minimum_redundancy = 1
retention_policy = RECOVERY WINDOW OF {days} DAYS
"""


class Failure(Exception):
    """What went wrong, for people."""


def say(text: str) -> None:
    """Print a line of the log."""
    print(f"{datetime.now(UTC):%FT%TZ} {text}", file=sys.stderr)


def run(*command: str, stdin: bytes | None = None) -> str:
    """Run a program and return what it printed. Raises Failure with that if it fails."""
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    told = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    if done.returncode != 0:
        raise Failure(f"{' '.join(command[:3])}: {told[-2000:]}")
    return done.stdout.decode("utf-8", "replace").strip()


def barman(*arguments: str) -> str:
    """Run Barman with this archive's settings."""
    return run("barman", "--config", str(CONFIG), *arguments)


def restic(*arguments: str) -> str:
    """Run restic on the repository of the backups."""
    return run("restic", "--quiet", "--retry-lock", "10m", *arguments)


def ensure_repository() -> None:
    """Make the repository where there is none yet."""
    try:
        restic("cat", "config")
    except Failure:
        restic("init")


def sql(query: str, login: str = LOGIN) -> str:
    """Return the rows of a query, one line each."""
    return run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query, login)


def configure(home: Path) -> None:
    """Write Barman's settings for the archive in a folder."""
    home.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(home=home, log=LOG, login=LOGIN, days=KEEP_DAYS)
    CONFIG.write_text(settings, "utf-8")
    if LOG.exists() and LOG.stat().st_size > LARGEST_LOG:
        LOG.unlink()


@contextmanager
def alone() -> Iterator[None]:
    """Hold the archive for the block: the schedule and `now` must not meet."""
    with (ARCHIVE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def open_archive() -> Path:
    """Choose the folder of the server as it is now: one that was made anew gets a new archive."""
    system = sql("IDENTIFY_SYSTEM", f"{LOGIN} replication=database").partition("|")[0]
    home = ARCHIVE / system
    configure(home)
    limit = time.time() - timedelta(days=KEEP_DAYS).total_seconds()
    for other in ARCHIVE.iterdir():
        if other.is_dir() and other != home and other.stat().st_mtime < limit:
            shutil.rmtree(other)
    return home


def receive() -> bool:
    """See to it that the log is received; tell whether some of it was lost before that."""
    state = sql("SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'archive'")
    if state == "lost":
        say("the server did not wait any longer: a base backup begins the archive anew")
        barman("receive-wal", "--drop-slot", "app")
        barman("receive-wal", "--reset", "app")
    barman("cron")
    wait_for_receiver()
    return state == "lost"


def wait_for_receiver() -> None:
    """Wait until the log is being received: what is closed before would never arrive."""
    query = "SELECT count(*) FROM pg_stat_replication WHERE application_name = 'barman_receive_wal'"
    for _ in range(120):
        if sql(f"{query} AND state = 'streaming'") == "1":
            return
        time.sleep(0.5)
    raise Failure("nothing receives the log")


def complete() -> None:
    """Get what was written until now into the archive."""
    # A transaction of our own: recovery ends at the first one after the moment asked for.
    sql("SELECT pg_current_xact_id()")
    barman("switch-wal", "--archive", "--archive-timeout", "60", "app")


def backups() -> list[str]:
    """Return the names of the base backups, the newest first; a name is the time of its start."""
    return barman("list-backups", "--minimal", "app").split()


def started(backup: str) -> datetime:
    """Return when a base backup was started."""
    return datetime.strptime(backup, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def ship() -> None:
    """Bring what was written until now into the repository, with a base backup if one is due."""
    with alone():
        ensure_repository()
        home = open_archive()
        gap = receive()
        complete()
        existing = backups()
        due = gap or not existing or datetime.now(UTC) - started(existing[0]) > BASE_EVERY
        if due:
            barman("backup", "app")
            complete()
            barman("check-backup", "app", backups()[0])
            say(f"took the base backup {backups()[0]}")
        restic("backup", "--host", "database", "--tag", f"archive,system={home.name}", str(home))
        if due:
            keep = ["--keep-last", "12", "--keep-hourly", "24", "--keep-daily", str(KEEP_DAYS)]
            restic("forget", "--tag", "archive", "--group-by", "host,tags", "--prune", *keep)
        SHIPPED.touch()


def schedule() -> None:
    """Ship at intervals; a failure is told, and tried again after a minute."""
    while True:
        pause = EVERY.total_seconds()
        try:
            ship()
        except Failure as failure:
            say(f"FAILED, next try in a minute: {failure}")
            pause = 60
        time.sleep(pause)


def recover(wanted: str) -> None:
    """Rebuild the database as it was, and keep its dump where `./dev restore` finds it."""
    moment = datetime.fromisoformat(wanted).astimezone(UTC)
    for folder in ("fetched", "recovered"):
        shutil.rmtree(SCRATCH / folder, ignore_errors=True)
    snapshot, reaches = choose_snapshot(moment)
    say(f"fetching the archive {snapshot}")
    restic("restore", snapshot, "--target", str(SCRATCH / "fetched"))
    home = next((SCRATCH / "fetched" / "archive").iterdir())
    configure(home)
    base = next((name for name in backups() if started(name) < moment), None)
    if base is None:
        raise Failure(f"there is no base backup of before {wanted}")
    say(f"recovering from the base backup {base}")
    data = SCRATCH / "recovered"
    target = ["--target-time", f"{moment:%F %T.%f+00}", "--target-action", "promote"]
    if not reaches:
        say(f"what was archived ends before {wanted}: recovering to its end")
    barman("restore", *(target if reaches else []), "app", base, str(data))
    try:
        start(data)
        dump = ("pg_dump", "--format=custom", "--compress=0", "--exclude-schema=backup")
        login = f"host={SCRATCH} user=postgres dbname=app"
        options = ["--host", "database", "--tag", "recovered", "--stdin-filename", "database.dump"]
        told = restic("backup", "--json", *options, "--stdin-from-command", "--", *dump, login)
    finally:
        stop(data)
    restic("forget", "--tag", "recovered", "--keep-last", "3", "--group-by", "host,tags")
    print(json.loads(told.splitlines()[-1])["snapshot_id"])


def choose_snapshot(moment: datetime) -> tuple[str, bool]:
    """Return the archive of the server that ran at a moment, and whether it reaches that far."""
    found = json.loads(restic("snapshots", "--json", "--tag", "archive"))
    if not found:
        raise Failure("nothing was archived yet")
    found.sort(key=made)
    before = [one for one in found if made(one) <= moment]
    server = (before[-1] if before else found[0])["tags"]
    archives = [one for one in found if one["tags"] == server]
    later = next((one for one in archives if made(one) >= moment), None)
    return (later or archives[-1])["short_id"], later is not None


def made(snapshot: dict[str, str]) -> datetime:
    """Return when a snapshot was made."""
    return datetime.fromisoformat(snapshot["time"])


def start(data: Path) -> None:
    """Start a server on recovered files, reached by this program only; wait for the recovery."""
    (SCRATCH / "pg_hba.conf").write_text("local all postgres trust\n", "utf-8")
    log = SCRATCH / "server.log"
    log.unlink(missing_ok=True)
    options = f"-c listen_addresses='' -k {SCRATCH} -c hba_file={SCRATCH}/pg_hba.conf -c fsync=off"
    # Open to nobody before its end, so it needs not as many connections as the server had then.
    options += " -c hot_standby=off"
    try:
        run("pg_ctl", "-D", str(data), "-w", "-t", "86400", "-l", str(log), "-o", options, "start")
        while not is_open():
            if not (data / "postmaster.pid").exists():
                raise Failure("the server has ended")
            time.sleep(0.5)
    except Failure as failure:
        lines = log.read_text("utf-8").splitlines()
        told = [line for line in lines if "FATAL" in line and "not accepting" not in line]
        raise Failure("\n".join(told) or str(failure)) from failure


def is_open() -> bool:
    """Tell whether the server on recovered files takes questions: it does after the recovery."""
    try:
        sql("SELECT 1", f"host={SCRATCH} user=postgres dbname=app")
    except Failure:
        return False
    return True


def stop(data: Path) -> None:
    """Stop that server, and remove what was recovered."""
    if (data / "postmaster.pid").exists():
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    for folder in ("fetched", "recovered"):
        shutil.rmtree(SCRATCH / folder, ignore_errors=True)


def healthy() -> None:
    """Raise Failure where the log is not received, or was not shipped for too long."""
    barman("check", "app")
    limit = 3 * EVERY.total_seconds() + 300
    if not SHIPPED.exists() or time.time() - SHIPPED.stat().st_mtime > limit:
        raise Failure(f"nothing was shipped for {limit / 60:.0f} minutes")


def main(arguments: list[str]) -> None:
    """Do what the first argument says."""
    os.environ["PGPASSWORD"] = (SECRETS / "database_password").read_text("utf-8").strip()
    os.environ["RESTIC_PASSWORD_FILE"] = str(SECRETS / "backup_passphrase")
    # Some images point it at their own server.
    os.environ.pop("PGHOST", None)
    match arguments:
        case ["schedule"]:
            schedule()
        case ["now"]:
            ship()
        case ["recover", moment]:
            recover(moment)
        case ["healthy"]:
            healthy()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failure as failure:
        sys.exit(f"archive: {failure}")
