"""A peer's server as a process: started, awaited, asked, stopped."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from benchmarks.crew import ROOT, environment_of_worker
from benchmarks.driver import read_answer
from benchmarks.messages import Answer, Request
from benchmarks.pinning import pinned

PATIENCE = 30.0
"""Seconds to wait for a server to listen."""
GRACE = 15.0
"""Seconds that a server has to stop by itself."""
NOT_EXPRESSED = 3


class ServerDied(Exception):
    """The server ended by itself. `code` is its exit code."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words or f"exit code {code}")
        self.code = code


def free_port() -> int:
    """Return a port that nothing listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    """A server process, in a process group of its own so that nothing of it is left."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        core: int | None,
        *,
        cwd: Path = ROOT,
        env: dict[str, str] | None = None,
    ) -> None:
        self.port = port
        self.log: IO[str] = tempfile.TemporaryFile("a+", encoding="utf-8")  # noqa: SIM115
        self.process = subprocess.Popen(
            pinned(command, core),
            stdout=self.log,
            stderr=self.log,
            env=environment_of_worker() if env is None else env,
            cwd=cwd,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Wait until the server listens. Raises ServerDied, TimeoutError."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            code = self.process.poll()
            if code is not None:
                raise ServerDied(code, self.last_words())
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(f"nothing listens at port {self.port}: {self.last_words()}")

    def line_with(self, part: str) -> str:
        """Wait for a line that holds `part` and return it. Raises ServerDied, TimeoutError."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.log.seek(0)
            for line in self.log.read().splitlines():
                if part in line:
                    return line.strip()
            code = self.process.poll()
            if code is not None:
                raise ServerDied(code, self.last_words())
            time.sleep(0.05)
        raise TimeoutError(f"no line with {part!r}: {self.last_words()}")

    def last_words(self) -> str:
        """Return the last line that the server wrote."""
        self.log.seek(0)
        lines = self.log.read().strip().splitlines()
        return lines[-1] if lines else ""

    def answer(self, request: Request) -> Answer:
        """Send a request once and return the answer, parsed. Raises OSError, NoAnswer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = dict(request.headers)
            connection.request(request.method, request.target, request.body or None, headers)
            response = connection.getresponse()
            raw = [
                (name.encode(), value.encode("latin-1")) for name, value in response.getheaders()
            ]
            return read_answer(response.status, raw, response.read())
        finally:
            connection.close()

    def stop(self) -> None:
        """Stop the server and all that it started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            try:
                self.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                continue
        self.process.wait()
        self.log.close()
