"""Runs Copier, installed from its own lock file, on this checkout."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devtools import stamps, uv
from devtools.errors import DevError
from devtools.generator import git
from devtools.paths import REQUIREMENTS, ROOT, TOOLS
from devtools.processes import call, environment
from devtools.progress import step

LOCK = REQUIREMENTS / "copier.txt"
FOLDER = TOOLS / "copier"
ANSWERS = ".copier-answers.yml"


def program() -> Path:
    """Return Copier's program, installing it if needed."""
    path = FOLDER / "bin" / "copier"
    value = stamps.fingerprint([LOCK], str(ROOT), sys.version)
    if path.exists() and stamps.is_current("copier", value):
        return path
    stamps.forget("copier")
    tool, env = uv.path(), uv.environment()
    with step("Installing Copier, which renders the template") as current:
        make = [tool, "venv", "--clear", "--python", sys.executable, str(FOLDER)]
        call("Making Copier's environment", make, cwd=ROOT, env=env, current=current)
        pip = [tool, "pip", "install", "--python", str(FOLDER / "bin" / "python")]
        locked = [*pip, "--require-hashes", "--requirement", str(LOCK)]
        call("Installing Copier", locked, cwd=ROOT, env=env, current=current)
    stamps.remember("copier", value)
    return path


def render(folder: Path, data: Sequence[str], *, defaults: bool) -> None:
    """Render the template into `folder`, asking its questions on the terminal unless `defaults`.

    Raises DevError if Copier fails: over an answer that is not valid, most likely.
    """
    if not defaults and not sys.stdin.isatty():
        raise DevError(
            "the template's questions cannot be asked: this is not a terminal",
            "Add --defaults, and --data NAME=VALUE for the answers that are to be different.",
        )
    command = [str(program()), "copy", "--quiet", "--vcs-ref", "HEAD"]
    command += ["--defaults"] if defaults else []
    command += [part for item in data for part in ("--data", item)]
    done = subprocess.run(
        [*command, str(ROOT), str(folder)],
        env=environment({"PYTHONWARNINGS": "ignore"}),
        stderr=subprocess.PIPE if defaults else None,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DevError(
            f"the project was not made{reason(done.stderr)}", "Correct the answer, and try again."
        )
    name_source(folder / ANSWERS)


def reason(stderr: str | None) -> str:
    """Return the last line that Copier wrote as `: line`; nothing if the terminal has it."""
    lines = [line for line in (stderr or "").splitlines() if line.strip()]
    return f": {lines[-1].strip()}" if lines else ""


def name_source(answers: Path) -> None:
    """Name in the answers file where `copier update` finds the template, and the commit used.

    Copier names the path of this checkout, and, where that has uncommitted changes, a commit that
    is gone when it ends. Here: the public address, if it has the commit, and what is checked out.
    """
    if not git.is_checkout():
        return
    source, commit = git.public_source() or str(ROOT), git.described_commit()
    text = answers.read_text("utf-8")
    for name, value in {"_src_path": source, "_commit": commit}.items():
        text = re.sub(rf"^{name}:.*$", f"{name}: {value}", text, flags=re.MULTILINE)
    answers.write_text(text, "utf-8")
