"""Make a new project from this template: ./dev new ../my-app --up

Asks the template's questions, writes the project, and makes it a git repository.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from devtools import ports, uv
from devtools.errors import DevError
from devtools.generator import copier, destination, git
from devtools.paths import relative
from devtools.progress import say, step


def run(arguments: list[str]) -> int:
    """Make the project; with --up, hand over to its own `./dev up`."""
    options = parse(arguments)
    folder = Path(options.destination).expanduser().resolve()
    destination.demand_usable(folder)
    git.demand_git()
    if options.up:
        ports.demand_free(options.port, "the application", "--port")
    make(folder, options.data, defaults=options.defaults)
    say(f"Made {folder}")
    if options.up:
        # The project takes the uv that is here, instead of getting one of its own at once.
        os.environ["PATH"] += os.pathsep + str(Path(uv.path()).parent)
        os.chdir(folder)
        sys.stdout.flush()
        dev = [sys.executable, str(folder / "dev"), "up", "--port", str(options.port)]
        os.execv(sys.executable, dev)  # noqa: S606  (no shell is wanted)
    say(f"Run it:  cd {relative(folder)} && ./dev up")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="./dev new", description=__doc__)
    parser.add_argument("destination", metavar="FOLDER", help="where to make the project")
    parser.add_argument("--up", action="store_true", help="run it when it is made")
    parser.add_argument("--port", type=int, default=8000, help="with --up: the port (8000)")
    parser.add_argument("--defaults", action="store_true", help="ask nothing, take the defaults")
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="the answer to one question of copier.yml (repeatable)",
    )
    options = parser.parse_args(arguments)
    for item in options.data:
        if "=" not in item:
            parser.error(f"--data {item}: expected NAME=VALUE")
    return options


def make(folder: Path, data: list[str], *, defaults: bool) -> None:
    """Write the project and its first commit; leave nothing behind if that fails."""
    existed = folder.exists()
    copier.program()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DevError(f"cannot make {folder}: {error.strerror}") from error
    try:
        if defaults:
            with step("Writing the project"):
                copier.render(folder, data, defaults=True)
        else:
            copier.render(folder, data, defaults=False)
        (folder / ".env").chmod(0o600)
        git.first_commit(folder)
    except BaseException:
        remove(folder, itself=not existed)
        raise


def remove(folder: Path, *, itself: bool) -> None:
    """Remove what was written in `folder`, and `folder` too if it was made here."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if itself:
        folder.rmdir()
