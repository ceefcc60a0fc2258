"""Puts load on a server: by wrk, or by autocannon from the npm registry where wrk is missing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.messages import Request
from benchmarks.pinning import cores, pinned

CONNECTIONS = 64
HERE = Path(__file__).resolve().parent
ADVICE = "install it (apt-get install wrk, or brew install wrk), or Node.js with npm for autocannon"


class LoadError(Exception):
    """The load tool is missing, failed, or saw answers other than 2xx."""


@dataclass(frozen=True)
class Load:
    """What a load tool saw: answered requests per second."""

    per_second: float


@dataclass(frozen=True)
class Target:
    """What is loaded: a port of this machine, the request to send, over how many connections."""

    port: int
    request: Request
    connections: int = CONNECTIONS

    @property
    def url(self) -> str:
        """The URL to send the request to."""
        return f"http://127.0.0.1:{self.port}{self.request.target}"


class Tool(Protocol):
    """A program that sends one request over many connections, as fast as it is answered."""

    name: str

    def run(self, target: Target, seconds: float, core: int | None) -> Load:
        """Load a server, from one core. Raises LoadError."""


def output(command: list[str]) -> str:
    """Return what a program prints. Raises LoadError."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LoadError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


@contextmanager
def written(content: bytes, suffix: str) -> Iterator[Path]:
    """Hold `content` in a file."""
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def duration(seconds: float) -> str:
    """Return a duration as the tools take it: whole seconds, at least one."""
    return str(max(1, round(seconds)))


class Wrk:
    """https://github.com/wg/wrk, one thread."""

    name = "wrk"

    def run(self, target: Target, seconds: float, core: int | None) -> Load:
        """Load a server, from one core. Raises LoadError."""
        with ExitStack() as stack:
            body = stack.enter_context(written(target.request.body, ".body"))
            script = stack.enter_context(
                written(self.script(target.request, body).encode(), ".lua")
            )
            command = [
                "wrk", "--threads", "1", "--connections", str(target.connections),
                "--duration", f"{duration(seconds)}s", "--script", str(script), target.url,
            ]  # fmt: skip
            return self.read(output(pinned(command, core)))

    def script(self, request: Request, body: Path) -> str:
        """Return the Lua script that sets method, headers and body."""
        lines = [f"wrk.method = {json.dumps(request.method)}"]
        for name, value in request.headers:
            lines.append(f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}")
        if request.body:
            lines.append(f'wrk.body = io.open({json.dumps(str(body))}, "rb"):read("*a")')
        return "\n".join(lines)

    def read(self, text: str) -> Load:
        """Return what wrk's report says. Raises LoadError."""
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        if refused is not None:
            raise LoadError(f"{refused[1]} answers were not 2xx")
        found = re.search(r"Requests/sec:\s+([\d.]+)", text)
        if found is None or float(found[1]) == 0:
            raise LoadError("no answers in the time given")
        return Load(float(found[1]))


class Autocannon:
    """https://github.com/mcollina/autocannon, slower than wrk: fast servers keep ahead of it."""

    name = "autocannon"

    def __init__(self, program: Path) -> None:
        self.program = program

    def run(self, target: Target, seconds: float, core: int | None) -> Load:
        """Load a server, from one core. Raises LoadError."""
        with written(target.request.body, ".body") as body:
            command = [
                str(self.program), "--json", "--no-progress", "--method", target.request.method,
                "--connections", str(target.connections), "--duration", duration(seconds),
            ]  # fmt: skip
            for name, value in target.request.headers:
                command += ["--headers", f"{name}={value}"]
            if target.request.body:
                command += ["--input", str(body)]
            command.append(target.url)
            report = json.loads(output(pinned(command, core)))
        if report["non2xx"] or not report["2xx"]:
            raise LoadError(f"{report['non2xx']} answers were not 2xx, {report['2xx']} were")
        return Load(report["2xx"] / report["duration"])


@dataclass(frozen=True)
class Turns:
    """How servers that take turns are loaded: how often, how long, how long before it counts."""

    tool: Tool
    rounds: int
    seconds: float
    warm_up_seconds: float

    def warm_up(self, target: Target) -> None:
        """Load a server before it counts. Raises LoadError."""
        if self.warm_up_seconds:
            self.tool.run(target, self.warm_up_seconds, cores()[1])

    def rate(self, target: Target) -> float:
        """Load a server for one turn; return its requests per second. Raises LoadError."""
        return self.tool.run(target, self.seconds, cores()[1]).per_second


def find(cache: Path) -> Tool:
    """Return wrk if it is there, else autocannon, got into `cache` by npm. Raises LoadError."""
    if shutil.which("wrk"):
        return Wrk()
    folder = cache / "load"
    program = folder / "node_modules" / ".bin" / "autocannon"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise LoadError(f"wrk is missing: {ADVICE}")
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "load_tool" / name, folder / name)
        output([npm, "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"])
    return Autocannon(program)
