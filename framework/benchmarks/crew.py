"""The worker processes: one per peer, told what to do one after another, never two at once."""

from __future__ import annotations

import json
import os
import select
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from benchmarks.peer import Peer
from benchmarks.pinning import pinned

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds the package `benchmarks`."""


PATIENCE = 60.0
"""Seconds to wait for the result of an order; the longest takes a few."""


class WorkerDied(Exception):
    """A worker ended; holds the end of what it wrote to stderr."""


def environment_of_worker() -> dict[str, str]:
    """Return the environment: hash seeds fixed, so that sets and dicts are the same each time.

    Compiled modules are kept, whatever the caller's environment says: their imports are measured.
    """
    inherited = {key: one for key, one in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}


class Process:
    """A worker process, spoken to in JSON lines."""

    def __init__(self, python: Path, arguments: Sequence[str], core: int | None) -> None:
        self.log: IO[str] = tempfile.TemporaryFile("a+", encoding="utf-8")  # noqa: SIM115
        self.process = subprocess.Popen(
            pinned([str(python), "-m", *arguments], core),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=environment_of_worker(),
            cwd=ROOT,
            text=True,
        )

    def ask(self, **order: Any) -> dict[str, Any]:
        """Give an order and wait for its result. Raises WorkerDied."""
        if self.process.stdin is None or self.process.stdout is None:
            raise WorkerDied("not connected")
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            if not readable:
                self.process.kill()
                raise WorkerDied(f"no result within {PATIENCE:g} s")
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.kill()
            raise WorkerDied(self.last_words())
        result: dict[str, Any] = json.loads(line)
        return result

    def last_words(self) -> str:
        """Return the last line that the worker wrote to stderr."""
        self.log.seek(0)
        lines = self.log.read().strip().splitlines()
        return lines[-1] if lines else f"exit code {self.process.wait()}"

    def close(self) -> None:
        """End the worker by closing its input; kill it if that does not help."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.log.close()


class Member:
    """A peer in the crew. Its worker is started when it is first needed."""

    def __init__(self, peer: Peer, python: Path, core: int | None) -> None:
        self.peer = peer
        self.python = python
        self.core = core
        self.process: Process | None = None

    def ask(self, **order: Any) -> dict[str, Any]:
        """Give an order; a worker that died is a wrong answer, and is replaced by a new one."""
        if self.process is None:
            arguments = ["benchmarks.worker", self.peer.name]
            self.process = Process(self.python, arguments, self.core)
        try:
            return self.process.ask(**order)
        except WorkerDied as error:
            self.close()
            return {"wrong": str(error)}

    def stop(self) -> None:
        """End what was started: the application, or the whole process of a peer that needs it."""
        if self.peer.alone:
            self.close()
        else:
            self.ask(do="stop")

    def close(self) -> None:
        """End the worker."""
        if self.process is not None:
            self.process.close()
            self.process = None


@contextmanager
def gathered(peers: Sequence[Peer], python: Path, core: int | None) -> Iterator[list[Member]]:
    """Hold a crew of the peers that can be called in process."""
    crew = [Member(peer, python, core) for peer in peers if peer.asgi]
    try:
        yield crew
    finally:
        for member in crew:
            member.close()
