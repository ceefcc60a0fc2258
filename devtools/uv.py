"""Gets `uv`, which installs Python packages: the machine's if new enough, else a private one."""

from __future__ import annotations

import functools
import importlib.util
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from devtools.errors import CommandFailed, DevError
from devtools.paths import REQUIREMENTS, ROOT, TOOLS, writable
from devtools.processes import call, output
from devtools.progress import step

OLDEST = (0, 9)
LOCK = REQUIREMENTS / "uv.txt"
# The system's certificates include those that a company's proxy is signed by. A Python is never
# downloaded: ours is used.
SETTINGS = {"UV_SYSTEM_CERTS": "true", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "true"}
ADVICE = """One of these helps:
  - install pip: apt-get install python3-pip (Debian, Ubuntu), or python3 -m ensurepip
  - install uv itself: https://docs.astral.sh/uv/getting-started/installation/"""


def version_of(uv: str | Path) -> tuple[int, int]:
    """Return a uv's version as (major, minor); (0, 0) if it does not run."""
    match = re.match(r"uv (\d+)\.(\d+)", output([uv, "--version"], cwd=ROOT) or "")
    return (int(match[1]), int(match[2])) if match else (0, 0)


def private_folder() -> Path:
    """Return the folder of the private uv, named after the version in the lock file."""
    match = re.search(r"^uv==([\w.]+)", LOCK.read_text("utf-8"), re.MULTILINE)
    if match is None:
        raise DevError(f"{LOCK} names no version of uv", "Restore it: git checkout requirements")
    return TOOLS / f"uv-{match[1]}"


def pips(folder: Path) -> Iterator[list[str | Path]]:
    """Yield ways to run pip: this Python's, one in an environment made for it, one on PATH."""
    if importlib.util.find_spec("pip"):
        yield [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("ensurepip"):
        scratch = folder.parent / "pip"
        # Debian ships `ensurepip` in parts: making the environment may still fail.
        if output([sys.executable, "-m", "venv", "--clear", scratch], cwd=ROOT) is not None:
            yield [scratch / "bin" / "python", "-m", "pip"]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            yield [found]


def fetch(folder: Path) -> None:
    """Install the uv of the lock file into `folder`. Raises DevError if no pip can."""
    failure: CommandFailed | None = None
    options = ["--disable-pip-version-check", "--no-deps", "--require-hashes", "--upgrade"]
    for pip in pips(folder):
        command = [*pip, "install", *options, "--target", folder, "--requirement", LOCK]
        try:
            with step("Getting uv, the installer of Python packages") as current:
                call("Getting uv", command, cwd=ROOT, env={"PIP_USER": "0"}, current=current)
        except CommandFailed as error:
            failure = error
        else:
            return
    if failure is not None:
        raise DevError(failure.problem, f"{failure.advice}\nIs the index reachable?\n{ADVICE}")
    raise DevError("uv is needed, and neither it nor pip is installed for this Python", ADVICE)


@functools.cache
def path() -> str:
    """Return the path of a uv that is new enough, getting one if needed. Raises DevError."""
    found = shutil.which("uv")
    if found and version_of(found) >= OLDEST:
        return found
    folder = private_folder()
    private = folder / "bin" / "uv"
    if version_of(private) < OLDEST:
        if not writable(folder):
            raise DevError(f"cannot write in {ROOT}", "Make it writable for you.")
        fetch(folder)
    return str(private)


def environment() -> dict[str, str]:
    """Return the settings that uv is run with."""
    # The name that older versions have for the first one.
    older = {"UV_NATIVE_TLS": "true"} if version_of(path()) < (0, 11) else {}
    return {**SETTINGS, **older}
