"""The environment of the peers: in the user's cache folder, by the lock file, once per lock."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FRAMEWORK = HERE.parent
LOCK = HERE / "requirements.txt"


class NoEnvironment(Exception):
    """The environment cannot be made; says what is missing or failed."""


def cache_folder() -> Path:
    """Return where benchmarks keep what they fetch (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "dovetail" / "benchmarks"


def folder() -> Path:
    """Return the environment's folder, named by what determines its content."""
    parts = [LOCK.read_bytes(), sys.version.encode(), str(FRAMEWORK).encode()]
    return cache_folder() / hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def run(command: list[str | Path], title: str) -> None:
    """Run a program. Raises NoEnvironment with the end of its output if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        output = (done.stdout + done.stderr).strip()[-2000:]
        raise NoEnvironment(f"{title} failed:\n{output}")


def find_uv() -> str:
    """Return the uv to install with. Raises NoEnvironment."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise NoEnvironment("uv is needed: run `./dev bench`, which gets it, or install it")
    return uv


def ensure() -> Path:
    """Return the environment's Python, after making the environment if it is not there yet.

    The core is installed from this checkout in editable form. Raises NoEnvironment.
    """
    place = folder()
    python = place / "bin" / "python"
    complete = place / "complete"
    if complete.exists():
        return python
    uv = find_uv()
    run([uv, "venv", "--clear", "--python", sys.executable, place], "making the environment")
    install: list[str | Path] = [uv, "pip", "install", "--python", python]
    run([*install, "--require-hashes", "--requirement", LOCK], "installing the peers")
    core: list[str | Path] = ["--no-deps", "--no-build-isolation", "--editable", FRAMEWORK]
    run([*install, *core], "installing the core")
    complete.touch()
    return python


def versions(python: Path, distributions: list[str]) -> dict[str, str]:
    """Return the installed version of each distribution."""
    code = (
        "import sys\nfrom importlib.metadata import version\n"
        "print(*(version(name) for name in sys.argv[1:]), sep='\\n')"
    )
    command = [str(python), "-c", code, *distributions]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(zip(distributions, output.split(), strict=True))
