"""Run the tests: ./dev test [PART...] runs all, or the parts named.

The output of each part is kept in .dev/logs/; --verbose shows it while it runs.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from dataclasses import dataclass

from devtools import prepare
from devtools.errors import CommandFailed, DevError
from devtools.parts import PARTS, Part, Skipped, available
from devtools.paths import LOGS
from devtools.processes import call
from devtools.progress import mark, paint, say, seconds, step


@dataclass(frozen=True)
class Result:
    """How a part went: `passed`, `failed` or `skipped`, what it said last, and for how long."""

    part: str
    status: str
    note: str
    duration: float


def run(arguments: list[str]) -> int:
    """Run the parts, print a table of them; the exit code is 1 if one failed."""
    parts = available()
    parser = argparse.ArgumentParser(
        prog="./dev test",
        description=__doc__,
        epilog="Parts: " + "; ".join(f"{name}: {part.summary}" for name, part in parts.items()),
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    parser.add_argument("--verbose", action="store_true", help="show the output while it runs")
    options = parser.parse_args(arguments)
    for name in options.parts:
        if name not in parts:
            known = "is not in this project" if name in PARTS else "does not exist"
            raise DevError(f"the part {name!r} {known}", f"There are: {', '.join(parts)}.")
    prepare.everything()
    chosen = {name: parts[name] for name in options.parts} or parts
    results = [measure(name, part, options.verbose) for name, part in chosen.items()]
    print_table(results)
    return 1 if any(result.status == "failed" for result in results) else 0


def measure(name: str, part: Part, verbose: bool) -> Result:
    """Run one part to its end, or to its first failure."""
    started = time.monotonic()
    (LOGS / f"test-{name}.log").unlink(missing_ok=True)
    try:
        note = perform(name, part, verbose)
        status = "passed"
    except Skipped as skipped:
        status, note = ("failed" if os.environ.get("CI") else "skipped"), str(skipped)
        say(paint(note, "yellow"))
    except DevError as error:
        status, note = "failed", first_line(error)
        say(f"{error.problem}\n{error.advice}")
    return Result(name, status, note, time.monotonic() - started)


def first_line(error: DevError) -> str:
    """Return what failed, in one line."""
    last = verdict(error.tail) if isinstance(error, CommandFailed) else ""
    return last or error.problem.partition("\n")[0]


def perform(name: str, part: Part, verbose: bool) -> str:
    """Run the steps of a part; return what the last one that counts said."""
    last = ""
    for task in part.tasks():
        with step(f"{name}: {task.title}") as current:
            shown = None if verbose else current
            tail = call(
                task.title,
                task.command,
                cwd=task.cwd,
                env=task.env,
                log=f"test-{name}",
                current=shown,
            )
            last = verdict(tail) or last
    return last


def verdict(tail: list[str]) -> str:
    """Return the one of a test runner's last lines that counts what passed, or nothing."""
    plain = (re.sub(r"\x1b\[[0-9;]*m", "", line).strip("= ") for line in reversed(tail))
    return next((" ".join(line.split()) for line in plain if re.search(r"\d+ passed", line)), "")


def print_table(results: list[Result]) -> None:
    """Print a line for each part, and the sum."""
    colours = {"passed": "green", "failed": "red", "skipped": "yellow"}
    say()
    width = max(len(result.part) for result in results)
    for result in results:
        sign = mark(result.status == "passed")
        if result.status == "skipped":
            sign = paint("-", "yellow")
        status = paint(f"{result.status:<8}", colours[result.status])
        note = result.note.splitlines()[0] if result.note else ""
        say(f"{sign} {result.part:<{width}}  {status} {seconds(result.duration):>13}  {note}")
    failed = sum(result.status == "failed" for result in results)
    total = seconds(sum(result.duration for result in results))
    verdict = f"{failed} of {len(results)} parts failed" if failed else "All passed"
    say(f"\n{paint(verdict, 'red' if failed else 'green', 'bold')} in {total}. Logs: {LOGS}")
