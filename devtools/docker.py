"""Running Docker, and Compose with the project's files."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from devtools.errors import DevError
from devtools.paths import ROOT
from devtools.processes import environment

TAIL = 30


class DockerFailed(DevError):
    """A Docker command ended with an error. Holds the end of what it printed."""

    def __init__(self, command: Sequence[str], code: int, printed: str) -> None:
        tail = "".join(f"\n    {line}" for line in printed.strip().splitlines()[-TAIL:])
        super().__init__(f"{' '.join(command[:6])} … failed (exit code {code}){tail}")
        self.printed = printed


def demand_engine() -> None:
    """Raise DevError unless a Docker engine with Compose answers."""
    if shutil.which("docker") is None:
        raise DevError(
            "Docker is not installed",
            "Install the engine with its Compose plug-in: https://docs.docker.com/engine/install/",
        )
    try:
        docker("version")
        docker("compose", "version")
    except DockerFailed as error:
        raise DevError(f"Docker does not answer: {error.printed.strip()}") from error


def docker(
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    stdin: str | None = None,
    messages: bool = False,
) -> str:
    """Run a Docker command to its end and return what it printed; with `messages`, errors too.

    Raises DockerFailed, with its output and messages, if its exit code is not 0.
    """
    command = ["docker", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(env),
        input=stdin or "",
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise DockerFailed(command, done.returncode, done.stdout + done.stderr)
    return f"{done.stdout}{done.stderr if messages else ''}".strip()


def compose(*arguments: str | Path, env: Mapping[str, str] | None = None) -> str:
    """Run a Compose command on the project's files (COMPOSE_FILE chooses which)."""
    return docker("compose", "--progress", "plain", *arguments, env=env)


def inspect(kind: str, name: str) -> dict[str, Any]:
    """Return what Docker knows of an image, container, service … Raises DockerFailed if unknown."""
    found: dict[str, Any] = json.loads(docker(kind, "inspect", name))[0]
    return found


def exists(kind: str, name: str) -> bool:
    """Tell whether Docker knows an image, container, service …"""
    try:
        docker(kind, "inspect", name)
    except DockerFailed:
        return False
    return True


def container_of(service: str) -> str:
    """Return the id of a service's container, running or not; empty if there is none."""
    return compose("ps", "--all", "--quiet", service).partition("\n")[0]
