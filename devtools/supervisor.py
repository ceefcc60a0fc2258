"""Runs the processes of the application side by side; when one ends, or on Ctrl-C, stops all."""

from __future__ import annotations

import itertools
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from devtools import processes
from devtools.errors import CommandFailed, DevError
from devtools.paths import LOGS
from devtools.progress import COLOURS, paint, say

POLL = 0.1
# A database that is ended before it has stopped its server leaves that behind.
FOUNDATION_GRACE = 60.0


class Service:
    """A process that runs until it is stopped; its output goes to a log, and to the terminal."""

    def __init__(
        self, name: str, process: subprocess.Popen[str], colour: str, *, foundation: bool
    ) -> None:
        self.name = name
        self.process = process
        self.colour = colour
        self.foundation = foundation
        self.log = LOGS / f"{name}.log"
        self.tail: deque[str] = deque(maxlen=processes.TAIL)
        self.quiet = True
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        """Copy the output, line by line, until the process closes it."""
        assert self.process.stdout is not None  # noqa: S101  (it was opened as a pipe)
        with processes.log_file(self.name) as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                self.tail.append(line.rstrip())
                if not self.quiet:
                    say(f"{paint(f'{self.name:<9}', self.colour)} {line.rstrip()}")

    def failure(self) -> CommandFailed:
        """Return the error that tells how the process ended."""
        self.reader.join(2)
        return CommandFailed(self.name, self.process.poll() or 0, list(self.tail), self.log)


class Supervisor:
    """Starts services; as a context manager, stops all of them on the way out."""

    def __init__(self) -> None:
        self.services: list[Service] = []
        self.colours = itertools.cycle(colour for colour in COLOURS if colour != "red")

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str],
        foundation: bool = False,
    ) -> Service:
        """Start a service (a foundation: one that the others stand on). Raises DevError."""
        process = processes.start(command, cwd=cwd, env=env)
        service = Service(name, process, next(self.colours), foundation=foundation)
        self.services.append(service)
        return service

    def check(self) -> None:
        """Raise CommandFailed if a service has ended by itself."""
        for service in self.services:
            if service.process.poll() is not None:
                raise service.failure()

    def wait_for(self, purpose: str, ready: Callable[[], bool], timeout: float) -> None:
        """Wait until `ready()`. Raises DevError if a service ends, or after `timeout` seconds."""
        end = time.monotonic() + timeout
        while not ready():
            self.check()
            if time.monotonic() > end:
                raise DevError(
                    f"{purpose} did not happen within {timeout:.0f} seconds",
                    f"The output of each process is in {LOGS}.",
                )
            time.sleep(POLL)

    def run(self) -> None:
        """Show the output of the services until one ends (CommandFailed) or Ctrl-C."""
        for service in self.services:
            service.quiet = False
        while True:
            self.check()
            time.sleep(POLL)

    def stop(self) -> None:
        """Stop all services at once; the foundation only when the others are gone."""
        stopping = [service for service in self.services if not service.foundation]
        self.services = [service for service in self.services if service.foundation]
        for service in stopping:
            service.quiet = True
            processes.signal_group(service.process, signal.SIGTERM)
        for service in reversed(stopping):
            processes.stop(service.process)
        while self.services:
            processes.stop(self.services.pop().process, FOUNDATION_GRACE)


def answers(url: str) -> bool:
    """Tell whether a GET of `url` is answered with success."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return bool(response.status < 400)
    except (urllib.error.URLError, OSError):
        return False


def line_with(service: Service, pattern: str) -> re.Match[str] | None:
    """Return the match of `pattern` in the latest output of a service, or None."""
    for line in list(service.tail):
        if match := re.search(pattern, line):
            return match
    return None
