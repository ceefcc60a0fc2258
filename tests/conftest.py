"""The template as others get it, and projects made from it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
IDENTITY = {
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
}
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def bare_environment(home: Path, **extra: str) -> dict[str, str]:
    """Return the environment of a user who has set nothing."""
    path = [part for part in os.environ["PATH"].split(os.pathsep) if ".venv" not in part]
    names = ("CI", "UV_CACHE_DIR", "TMPDIR")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {"HOME": str(home), "PATH": os.pathsep.join(path), "LANG": "C.UTF-8", **kept, **extra}


def run(
    *command: str | Path, cwd: Path, env: dict[str, str], code: int | None = 0
) -> subprocess.CompletedProcess[str]:
    """Run a program without a terminal; check its exit code unless `code` is None."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if code is not None:
        told = f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == code, told
    return done


def git(*arguments: str, cwd: Path) -> str:
    """Run git as a test user; return what it prints."""
    return run("git", *arguments, cwd=cwd, env={**os.environ, **IDENTITY}).stdout.strip()


def commit_all(folder: Path, message: str) -> None:
    """Commit all changes in a repository."""
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--message", message, cwd=folder)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with nothing in it but the downloads of earlier runs."""
    folder = tmp_path_factory.mktemp("home")
    cache = Path.home() / ".cache"
    if cache.is_dir():
        (folder / ".cache").symlink_to(cache)
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean repository that holds the files of this checkout as they are now."""
    folder = tmp_path_factory.mktemp("template") / "dovetail"
    folder.mkdir()
    listing = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listing.split("\0")):
        source, target = ROOT / name, folder / name
        if not source.is_symlink() and not source.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            target.symlink_to(source.readlink())
        else:
            target.write_bytes(source.read_bytes())
            target.chmod(source.stat().st_mode)
    git("init", "--quiet", "--initial-branch=main", cwd=folder)
    commit_all(folder, "The template")
    return folder


@pytest.fixture(scope="session")
def new(template: Path, home: Path) -> Run:
    """Run `./dev new` of the template as a user who has set nothing."""

    def run_new(
        *arguments: str | Path, code: int | None = 0, **extra: str
    ) -> subprocess.CompletedProcess[str]:
        env = bare_environment(home, **extra)
        command = [sys.executable, template / "dev", "new", *arguments]
        return run(*command, cwd=template.parent, env=env, code=code)

    return run_new


@pytest.fixture(scope="session")
def project(new: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project made with the defaults; not to be changed."""
    folder = tmp_path_factory.mktemp("projects") / "my-app"
    new(folder, "--defaults")
    return folder
