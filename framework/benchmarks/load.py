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
from benchmarks.pinning import pinned

CONNECTIONS = 64
HERE = Path(__file__).resolve().parent
ADVICE = "install it (apt-get install wrk, or brew install wrk), or Node.js with npm for autocannon"


class LoadError(Exception):
    """The load tool is missing, failed, or saw answers other than 2xx."""


@dataclass(frozen=True)
class Load:
    """What a load tool saw: answered requests per second."""

    per_second: float


class Tool(Protocol):
    """A program that sends one request over many connections, as fast as it is answered."""

    name: str

    def run(self, port: int, request: Request, seconds: float, core: int | None) -> Load:
        """Load the server at `port` of this machine. Raises LoadError."""


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


class Wrk:
    """https://github.com/wg/wrk, one thread."""

    name = "wrk"

    def run(self, port: int, request: Request, seconds: float, core: int | None) -> Load:
        """Load the server at `port` of this machine. Raises LoadError."""
        with ExitStack() as stack:
            body = stack.enter_context(written(request.body, ".body"))
            script = stack.enter_context(written(self.script(request, body).encode(), ".lua"))
            command = [
                    "wrk", "--threads", "1", "--connections", str(CONNECTIONS),
                    "--duration", f"{max(1, round(seconds))}s", "--script", str(script),
                    f"http://127.0.0.1:{port}{request.target}",
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
            raise LoadError(f"no answers: {text.strip()[-300:]}")
        return Load(float(found[1]))


class Autocannon:
    """https://github.com/mcollina/autocannon, slower than wrk: fast servers keep ahead of it."""

    name = "autocannon"

    def __init__(self, program: Path) -> None:
        self.program = program

    def run(self, port: int, request: Request, seconds: float, core: int | None) -> Load:
        """Load the server at `port` of this machine. Raises LoadError."""
        with written(request.body, ".body") as body:
            command = [
                str(self.program), "--json", "--no-progress", "--connections", str(CONNECTIONS),
                "--duration", str(max(1, round(seconds))), "--method", request.method,
            ]  # fmt: skip
            for name, value in request.headers:
                command += ["--headers", f"{name}={value}"]
            if request.body:
                command += ["--input", str(body)]
            command.append(f"http://127.0.0.1:{port}{request.target}")
            report = json.loads(output(pinned(command, core)))
        if report["non2xx"] or not report["2xx"]:
            raise LoadError(f"{report['non2xx']} answers were not 2xx, {report['2xx']} were")
        return Load(report["2xx"] / report["duration"])


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
