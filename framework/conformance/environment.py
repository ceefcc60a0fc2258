"""The environment that the suite runs in: its dependencies as locked, and no FastAPI."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.locations import HERE, REQUIREMENTS, SOURCE, environment_folder

_DONE = "installed"


def find_uv(given: str | None) -> str:
    """Return the path of uv: as given, from $UV, or from PATH. Raises `ConformanceError`."""
    uv = shutil.which(given or os.environ.get("UV") or "uv")
    if uv is None:
        raise ConformanceError("uv is needed and was not found: pip install uv, or name it by --uv")
    return uv


def make_environment(uv: str) -> Path:
    """Return the environment's Python, making the environment if it is not there yet.

    Raises `ConformanceError` if the installation fails, or if FastAPI is among what it installed.
    """
    folder = environment_folder()
    python = folder / "bin" / "python"
    if not (folder / _DONE).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        _run("Making the environment", [uv, "venv", "--python", sys.executable, str(folder)])
        install = [uv, "pip", "install", "--python", str(python), "--no-deps", "--require-hashes"]
        _run("Installing the suite's dependencies", [*install, "-r", str(REQUIREMENTS)])
        _require_absence_of_fastapi(python)
        (folder / _DONE).touch()
    return python


def child_environment() -> dict[str, str]:
    """Return the variables for processes in the environment: they import Dovetail's source."""
    own = {"PYTHONPATH": str(SOURCE)}
    dropped = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONSAFEPATH")
    inherited = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**inherited, **own}


def _require_absence_of_fastapi(python: Path) -> None:
    check = "import importlib.util, sys; sys.exit(importlib.util.find_spec('fastapi') is not None)"
    if subprocess.run([python, "-I", "-c", check], check=False).returncode:
        raise ConformanceError(
            f"FastAPI itself is installed in {python.parent.parent}, so the suite would test that. "
            f"Compile {REQUIREMENTS.name} again as {HERE / 'requirements.in'} says."
        )


def _run(title: str, command: list[str]) -> None:
    sys.stdout.write(f"{title} …\n")
    sys.stdout.flush()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ConformanceError(f"{title} failed:\n{done.stdout}{done.stderr}")
