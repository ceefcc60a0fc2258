"""The parts of `./dev test`: what each runs, and where it exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from devtools import client, node, uv
from devtools.errors import DevError
from devtools.install import PYTHON
from devtools.paths import BACKEND, E2E, FRAMEWORK, FRONTEND, ROOT
from devtools.processes import output

GENERATOR_TESTS = ROOT / "tests"
# Folders with Python code of ours, as far as they are here; `dev` has no ending, so it is named.
SOURCES = ("dev", "devtools", "framework", "backend", "e2e", "tests", "docker")
# What mypy checks in one run each: their modules' names would clash in one.
TYPED = (
    ("the tools", ("devtools",)),
    ("the core", ("framework/src/dovetail",)),
    ("the benchmarks", ("framework/benchmarks",)),
    ("the backend", ("backend/app",)),
    ("the browser tests", ("e2e",)),
    ("the generator's tests", ("tests",)),
)


class Skipped(Exception):
    """A part cannot run on this machine. Says why, and how to change that."""


@dataclass(frozen=True)
class Task:
    """A program that a part runs, and what it does in a few words."""

    title: str
    command: Sequence[str]
    cwd: Path = ROOT
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A part of the tests: what it tests, the folder that it needs, and its tasks in order."""

    summary: str
    folder: Path
    tasks: Callable[[], Iterator[Task]]


def pytest(title: str, folder: Path, *arguments: str) -> Task:
    """Return the task that runs pytest in a folder."""
    command = [PYTHON, "-m", "pytest", "--quiet", "--no-header", *arguments]
    return Task(title, command, folder)


def lint() -> Iterator[Task]:
    """Style and types: Ruff and mypy; Biome and tsc."""
    sources = [name for name in SOURCES if (ROOT / name).exists()]
    ruff = [PYTHON, "-m", "ruff"]
    yield Task("ruff check", [*ruff, "check", "--quiet", *sources])
    yield Task("ruff format", [*ruff, "format", "--check", "--quiet", *sources])
    for what, names in TYPED:
        present = [name for name in names if any((ROOT / name).glob("*.py"))]
        if present:
            yield Task(f"mypy, {what}", [PYTHON, "-m", "mypy", *present])
    if FRONTEND.is_dir():
        env = node.environment()
        yield Task("Biome", node.npm("run", "lint"), FRONTEND, env)
        yield Task("tsc", node.npm("run", "typecheck"), FRONTEND, env)


def core() -> Iterator[Task]:
    """The core's own tests; they run both of its executors, and nearly all of its branches."""
    coverage = [PYTHON, "-m", "coverage"]
    yield Task("forget earlier coverage", [*coverage, "erase"], FRAMEWORK)
    tests = pytest("the core's tests", FRAMEWORK)
    yield replace(tests, command=[*coverage, "run", *tests.command[1:]])
    yield Task("gather the coverage", [*coverage, "combine", "--quiet"], FRAMEWORK)
    yield Task("coverage", [*coverage, "report"], FRAMEWORK)


def conformance() -> Iterator[Task]:
    """FastAPI's own test suite, run on the core."""
    env = {**uv.environment(), "UV": str(uv.path())}
    yield Task("FastAPI's test suite", [PYTHON, "-m", "conformance"], FRAMEWORK, env)


def backend() -> Iterator[Task]:
    """The backend's tests, on a PostgreSQL database of their own."""
    yield pytest("the backend's tests", BACKEND)


def frontend() -> Iterator[Task]:
    """The frontend's unit tests."""
    yield Task("Vitest", node.npm("run", "test"), FRONTEND, node.environment())


def client_is_current() -> Iterator[Task]:
    """The comparison of the committed client with a fresh one."""
    if stale := client.differences():
        raise DevError(
            "frontend/src/client is out of date: " + ", ".join(stale),
            "Run `./dev client`, and commit what it writes.",
        )
    yield from ()


def e2e() -> Iterator[Task]:
    """The whole application in a real browser, if there is one."""
    if output([PYTHON, E2E / "browser.py"], cwd=ROOT) is None:
        raise Skipped(
            "No browser was found. Install Chromium: apt-get install chromium (Debian), or"
            f" {PYTHON} -m playwright install --with-deps chromium"
        )
    yield pytest("the browser tests", E2E)


def generator() -> Iterator[Task]:
    """What the template renders, and that it runs, passes its tests, and can be updated."""
    yield pytest("the generator's tests", ROOT, "tests")


PARTS = {
    "lint": Part("style and types of all code", ROOT, lint),
    "core": Part("the core's own tests", FRAMEWORK / "tests", core),
    "conformance": Part("FastAPI's test suite on the core", FRAMEWORK / "conformance", conformance),
    "backend": Part("the backend on PostgreSQL", BACKEND / "tests", backend),
    "frontend": Part("the frontend's unit tests", FRONTEND, frontend),
    "client": Part("the client is what the API says", FRONTEND, client_is_current),
    "e2e": Part("the application in a real browser", E2E, e2e),
    "generator": Part("what the template renders", GENERATOR_TESTS, generator),
}


def available() -> dict[str, Part]:
    """Return the parts whose folder this project has."""
    return {name: part for name, part in PARTS.items() if part.folder.is_dir()}
