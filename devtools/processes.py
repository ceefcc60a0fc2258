"""Running programs so that none of them outlives us."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from devtools.errors import CommandFailed, DevError
from devtools.paths import LOGS
from devtools.progress import Step, say, step

GRACE = 15.0
TAIL = 40
LARGEST_LOG = 5_000_000
PR_SET_PDEATHSIG = 1
# Loaded here, not between fork and exec; PyDLL keeps the interpreter's lock during the call.
LIBC = ctypes.PyDLL(None)
# Set for the program that calls us, wrong for those that we call.
FOREIGN = ("VIRTUAL_ENV", "PYTHONHOME", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a child: ours without what would mislead it, then `extra`."""
    result = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    result["PYTHONUNBUFFERED"] = "1"
    return {**result, **(extra or {})}


def end_with_parent() -> None:
    """In a child on Linux: get SIGTERM when the parent dies, also if it is killed outright."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Start a program in a session of its own, its output joined into one pipe of text.

    A session of its own keeps the terminal's Ctrl-C from reaching it: we stop it, in our order.
    Raises DevError if the program cannot be started.
    """
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            preexec_fn=end_with_parent if sys.platform == "linux" else None,
        )
    except OSError as error:
        raise DevError(f"cannot run {command[0]}: {error.strerror or error}") from error


def signal_group(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal to a program and to all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def stop(process: subprocess.Popen[str], grace: float = GRACE) -> None:
    """Ask a program and all that it started to end; after `grace` seconds, or Ctrl-C, end them."""
    if process.poll() is None:
        signal_group(process, signal.SIGTERM)
        try:
            process.wait(grace)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            signal_group(process, signal.SIGKILL)
            process.wait()
    signal_group(process, signal.SIGKILL)


@contextmanager
def log_file(name: str) -> Iterator[TextIO]:
    """Open `.dev/logs/<name>.log` for appending, with a line that says when."""
    path = LOGS / f"{name}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.unlink()
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n=== {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
            yield file
    except OSError as error:
        raise DevError(
            f"cannot write {path}: {error.strerror}",
            "Make the folder writable for you, or work in a copy that is.",
        ) from error


def follow(process: subprocess.Popen[str], log: TextIO, current: Step | None) -> list[str]:
    """Copy a program's output to the log until it ends; return its last lines."""
    tail: deque[str] = deque(maxlen=TAIL)
    assert process.stdout is not None  # noqa: S101  (it was opened as a pipe)
    for line in process.stdout:
        log.write(line)
        if line.strip():
            tail.append(line.rstrip())
        if current is None:
            say(line.rstrip())
        else:
            current.detail = line
    process.wait()
    return list(tail)


def call(
    title: str,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    log: str = "dev",
    current: Step | None = None,
) -> list[str]:
    """Run a program to its end, its output to the log (and, without a step, to the terminal too).

    Returns the last lines of its output. Raises CommandFailed, which holds them, if its exit code
    is not 0.
    """
    with log_file(log) as file:
        file.write(f"$ {' '.join(str(part) for part in command)}\n")
        file.flush()
        process = start(command, cwd=cwd, env=env)
        try:
            tail = follow(process, file, current)
        finally:
            stop(process)
    if process.returncode != 0:
        raise CommandFailed(title, process.returncode, tail, LOGS / f"{log}.log")
    return tail


def call_step(
    title: str,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    log: str = "dev",
) -> None:
    """Run a program as a step with a spinner. Raises CommandFailed if it fails."""
    with step(title) as current:
        call(title, command, cwd=cwd, env=env, log=log, current=current)


def output(command: Sequence[str | Path], *, cwd: Path) -> str | None:
    """Return what a short program prints, or None if it is missing or fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
