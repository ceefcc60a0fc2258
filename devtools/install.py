"""The steps of an installation: packages, and the build. Each skips what is up to date."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from devtools import node, stamps, uv
from devtools.errors import DevError
from devtools.paths import BACKEND, FRAMEWORK, FRONTEND, REQUIREMENTS, ROOT, VENV, writable
from devtools.processes import call, call_step
from devtools.progress import step

LOCK = REQUIREMENTS / "dev.txt"
PYTHON = str(VENV / "bin" / "python")


def packages() -> list[Path]:
    """Return the project's own Python packages, installed as links to their source."""
    return [folder for folder in (FRAMEWORK, BACKEND) if (folder / "pyproject.toml").is_file()]


def demand_writable() -> None:
    """Raise DevError if nothing can be written where the project is."""
    if not writable(ROOT):
        raise DevError(
            f"no permission to write in {ROOT}",
            "Make the folder yours (sudo chown -R $USER .), or work in a copy that is.",
        )


def python_packages() -> None:
    """Make `.venv` hold exactly what the lock files and the project's own packages say."""
    demand_writable()
    if not FRAMEWORK.is_dir() and "\ndovetail" not in LOCK.read_text("utf-8"):
        raise DevError(
            f"{LOCK.name} does not pin the package `dovetail`, which is taken from an index",
            "Run `./dev lock`: it asks your package index, and writes what it finds, with hashes.",
        )
    projects = [folder / "pyproject.toml" for folder in packages()]
    python = f"{sys.executable} {platform.python_version()}"
    value = stamps.fingerprint([LOCK, *projects], str(ROOT), python)
    if Path(PYTHON).exists() and stamps.is_current("python", value):
        return
    stamps.forget("python")
    tool, env = uv.path(), uv.environment()
    with step("Installing Python packages") as current:
        make = [tool, "venv", "--clear", "--python", sys.executable, str(VENV)]
        call("Making .venv", make, cwd=ROOT, env=env, current=current)
        pip = [tool, "pip", "install", "--python", PYTHON]
        locked = [*pip, "--require-hashes", "--requirement", str(LOCK)]
        call("Installing Python packages", locked, cwd=ROOT, env=env, current=current)
        own = [part for folder in packages() for part in ("--editable", str(folder))]
        linking = [*pip, "--no-deps", "--no-build-isolation", *own]
        call("Installing the project's own packages", linking, cwd=ROOT, env=env, current=current)
    stamps.remember("python", value)


def node_packages() -> None:
    """Make `frontend/node_modules` hold exactly what `package-lock.json` says."""
    demand_writable()
    env = node.environment()
    value = stamps.fingerprint(
        [FRONTEND / "package.json", FRONTEND / "package-lock.json"], node.version(), str(ROOT)
    )
    if (FRONTEND / "node_modules").is_dir() and stamps.is_current("node_modules", value):
        return
    stamps.forget("node_modules")
    command = node.npm("ci", "--no-audit", "--no-fund")
    call_step("Installing the frontend's packages", command, cwd=FRONTEND, env=env)
    stamps.remember("node_modules", value)


def frontend_build() -> None:
    """Build the frontend into `frontend/dist`, if its sources have changed since."""
    value = stamps.fingerprint([FRONTEND])
    if (FRONTEND / "dist" / "index.html").is_file() and stamps.is_current("build", value):
        return
    stamps.forget("build")
    env = node.environment()
    call_step("Building the frontend", node.npm("run", "build"), cwd=FRONTEND, env=env)
    # The build may write sources too (the route tree): the stamp is of what is there afterwards.
    stamps.remember("build", stamps.fingerprint([FRONTEND]))
