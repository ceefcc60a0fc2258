"""Write the lock files in requirements/ anew: ./dev lock [--upgrade]

Each holds exact versions with hashes for all platforms, and no address of an index. Without
--upgrade the versions stay as they are where they still fit.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from devtools import uv
from devtools.install import packages
from devtools.paths import BACKEND, FRAMEWORK, REQUIREMENTS, ROOT
from devtools.processes import call_step

OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url")


def run(arguments: list[str]) -> int:
    """Write a lock for the application, one for development, and one for each tool."""
    parser = argparse.ArgumentParser(prog="./dev lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    extra = ["--upgrade"] if parser.parse_args(arguments).upgrade else []
    projects = [str(folder / "pyproject.toml") for folder in packages()]
    own = core_from_index() if not FRAMEWORK.is_dir() else ["--extra", "standard"]
    own += packages_left_out()
    compile_lock("app", [*projects, *own, *extra])
    shipped = ["--constraint", str(REQUIREMENTS / "app.txt")]
    dev_inputs = [*projects, str(REQUIREMENTS / "dev.in"), "--extra", "dev"]
    dev_inputs += ["--extra", "otel"] if FRAMEWORK.is_dir() else []
    compile_lock("dev", [*dev_inputs, *own, *shipped, *extra])
    for source in sorted(REQUIREMENTS.glob("*.in")):
        if source.stem not in {"dev", "framework"}:
            compile_lock(source.stem, [str(source), *extra])
    return 0


def core_from_index() -> list[str]:
    """Return the options that pin the core: other versions of its name may be somebody else's."""
    return ["--constraint", str(REQUIREMENTS / "framework.in")]


def packages_left_out() -> list[str]:
    """Return the options that keep the packages of this project out of the lock files."""
    names = {"app": BACKEND, "dovetail": FRAMEWORK}
    there = [name for name, folder in names.items() if folder in packages()]
    return [part for name in there for part in ("--no-emit-package", name)]


def compile_lock(name: str, arguments: Sequence[str]) -> None:
    """Write `requirements/<name>.txt`. Raises CommandFailed if no set of versions fits."""
    with tempfile.TemporaryDirectory() as scratch:
        # The core is found in its folder, not on an index, which knows another package by its name.
        overrides = Path(scratch) / "overrides.txt"
        overrides.write_text(f"dovetail @ {FRAMEWORK.as_uri()}\n", "utf-8")
        local = ["--override", str(overrides)] if FRAMEWORK.is_dir() else []
        command = [uv.path(), "pip", "compile", *OPTIONS, *local, *arguments]
        call_step(
            f"Locking {name}",
            [*command, "--output-file", str(REQUIREMENTS / f"{name}.txt")],
            cwd=ROOT,
            env={**uv.environment(), "UV_CUSTOM_COMPILE_COMMAND": "./dev lock"},
        )
