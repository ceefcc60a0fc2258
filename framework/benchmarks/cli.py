"""The options of the benchmark, and the order in which it does things."""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from benchmarks import (
    crew,
    environment,
    in_process,
    load,
    machine,
    over_application,
    over_http,
    overhead,
    peer,
    pinning,
    report,
    results,
    scale,
    shapes,
)
from benchmarks.in_process import Effort

HTTP_SHAPES = ("hello", "path_query", "model")
SECTIONS = ("process", "http", "scale", "application")
DISTRIBUTIONS = ("uvicorn", "uvloop", "pydantic-core", "python-multipart", "anyio")
PAGE = environment.FRAMEWORK.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Plan:
    """How much is done: batches in process, rounds and seconds over HTTP, repeats of scale."""

    effort: Effort
    http_shapes: int
    http_peers: frozenset[str]
    rounds: int
    seconds: float
    warm_up_seconds: float
    scale_repeats: int

    def turns(self, tool: load.Tool) -> load.Turns:
        """Return how servers are loaded."""
        return load.Turns(tool, self.rounds, self.seconds, self.warm_up_seconds)


FULL = Plan(
    Effort(rounds=21, seconds=0.1),
    http_shapes=len(HTTP_SHAPES),
    http_peers=frozenset(peer.BY_NAME),
    rounds=5,
    seconds=2,
    warm_up_seconds=1,
    scale_repeats=5,
)
QUICK = Plan(
    Effort(rounds=3, seconds=0.01),
    http_shapes=1,
    http_peers=frozenset({peer.CORE, peer.BASE, peer.RAW, "robyn"}),
    rounds=1,
    seconds=1,
    warm_up_seconds=0,
    scale_repeats=1,
)


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    options = argparse.ArgumentParser(
        prog="./dev bench", description="Compare the core with other frameworks in one run."
    )
    options.add_argument("--quick", action="store_true", help="coarse, in about a minute")
    options.add_argument("--shapes", default="", help="numbers or keys, separated by commas")
    options.add_argument("--peers", default="", help="names, separated by commas")
    options.add_argument(
        "--only", choices=SECTIONS, action="append", help="one section; may be repeated"
    )
    options.add_argument("--rounds", type=int, help="rounds in process")
    options.add_argument(
        "--write", type=Path, default=None, help=f"the page to write (by default {PAGE.name})"
    )
    options.add_argument("--list", action="store_true", help="list shapes and peers")
    return options


def list_choices() -> None:
    """Print the shapes and peers."""
    for shape in shapes.SHAPES:
        print(f"{shapes.number_of(shape):>3}  {shape.key:<20} {shape.title}")
    print("peers:", ", ".join(peer.BY_NAME))


class Run:
    """One run of the benchmark."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.plan = QUICK if options.quick else FULL
        if options.rounds:
            self.plan = replace(self.plan, effort=Effort(options.rounds, self.plan.effort.seconds))
        self.shapes = shapes.choose(options.shapes)
        self.peers = peer.choose(options.peers)
        self.sections = set(options.only or SECTIONS)
        self.results = results.Results()

    def measure(self, python: Path) -> None:
        """Measure all that was asked for."""
        if "process" in self.sections:
            self.measure_in_process(python)
        if "http" in self.sections:
            self.measure_over_http(python)
        names = {one.name for one in self.peers}
        if "scale" in self.sections and {peer.CORE, peer.BASE} <= names:
            self.measure_scale(python)
        if "application" in self.sections and peer.BASE in names:
            self.measure_application(python)

    def measure_in_process(self, python: Path) -> None:
        """Measure the shapes through the ASGI callable."""
        with crew.gathered(self.peers, python, pinning.cores()[0]) as members:
            self.results.in_process = in_process.measure_all(
                members,
                self.shapes,
                self.plan.effort,
                lambda shape, seen: print(report.shape_lines(shape, seen), flush=True),
            )

    def measure_over_http(self, python: Path) -> None:
        """Measure some shapes over HTTP."""
        chosen = [shape for shape in self.shapes if shape.key in HTTP_SHAPES]
        if not chosen:
            return
        tool = load.find(environment.cache_folder())
        self.results.load_tool = tool.name
        print(f"over HTTP, by {tool.name}", flush=True)
        self.results.over_http = over_http.measure_all(
            python,
            [one for one in self.peers if one.name in self.plan.http_peers],
            chosen[: self.plan.http_shapes],
            self.plan.turns(tool),
            lambda shape, seen: print(report.rate_lines(shape.title, seen), flush=True),
        )

    def measure_scale(self, python: Path) -> None:
        """Measure what 1,000 operations cost."""
        print("1,000 operations", flush=True)
        try:
            self.results.scale = scale.measure(python, self.plan.scale_repeats)
        except scale.ProbeFailed as error:
            self.results.failed.append(f"scale: {error}")
        else:
            print(report.scale_table(self.results.scale), flush=True)

    def measure_application(self, python: Path) -> None:
        """Measure the template's application against the customary way."""
        tool = load.find(environment.cache_folder())
        self.results.load_tool = tool.name
        try:
            self.results.application = over_application.measure(python, self.plan.turns(tool))
        except over_application.Unavailable as error:
            print(f"the application: left out, {error}", flush=True)
        for title, rates in self.results.application.items():
            print(report.rate_lines(title, rates), flush=True)


def write_page(run: Run, python: Path, target: Path) -> None:
    """Write what was found to a page."""
    names = [one.distribution for one in peer.PEERS]
    versions = environment.versions(python, list(dict.fromkeys([*names, *DISTRIBUTIONS])))
    driver = overhead.measure()
    text = report.page(run.results, machine.facts(python), versions, driver)
    target.write_text(text, encoding="utf-8")
    print(f"written: {target}")


def conclude(run: Run) -> int:
    """Print what was missed. Return 1 if a peer did not answer as expected, else 0."""
    mean = results.geometric_mean(run.results.in_process)
    if mean is not None:
        print(f"FastAPI to dovetail, geometric mean: {mean:.1f}×")
    for line in results.missed(run.results):
        print(f"not met: {line}")
    wrong = run.results.wrong()
    for line in wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    return 1 if wrong else 0


def end(_number: int, _frame: FrameType | None) -> None:
    """End in order when told to by SIGTERM, so that no server is left behind."""
    raise SystemExit(143)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark. Return the exit code: 1 if an answer was wrong, whatever the figures."""
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, end)
    if options.list:
        list_choices()
        return 0
    try:
        run = Run(options)
        print("Preparing the environment of the peers (once per lock file) ...", flush=True)
        python = environment.ensure()
        if (warning := machine.load_warning()) is not None:
            print(f"Note: {warning}", flush=True)
        run.measure(python)
    except (ValueError, environment.NoEnvironment, load.LoadError) as error:
        print(f"dev: {error}", file=sys.stderr)
        return 2
    everything = not (options.quick or options.shapes or options.peers or options.only)
    target = options.write or (PAGE if everything else None)
    if target is not None:
        write_page(run, python, target)
    return conclude(run)
