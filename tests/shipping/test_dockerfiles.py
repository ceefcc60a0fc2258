"""What the Dockerfiles promise, read as text, and what git does with the scripts that they copy."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Those that are shipped; docker/test is for rehearsals.
SHIPPED = sorted(
    path for path in ROOT.glob("docker/*/Dockerfile") if path.parent.name not in {"mail", "test"}
)


def commands(path: Path) -> list[str]:
    """The instructions of a Dockerfile, each with its continued lines joined."""
    text = re.sub(r"\\\n\s*", "", path.read_text("utf-8"))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_what_runs_has_no_rights_of_root(path: Path) -> None:
    users = [line.split()[1] for line in commands(path) if line.startswith("USER ")]
    # The filter in front of Docker's socket, which belongs to root, runs without capabilities.
    if path.parent.name == "socket-proxy":
        assert users == []
    else:
        assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", users[-1])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_each_tells_how_it_is_and_what_it_is(path: Path) -> None:
    found = commands(path)
    assert len([line for line in found if line.startswith("HEALTHCHECK ")]) == 1
    (labels,) = (line for line in found if line.startswith("LABEL "))
    for name in ("title", "version", "revision", "source"):
        assert f"org.opencontainers.image.{name}=" in labels


@pytest.mark.parametrize("path", sorted(ROOT.glob("docker/*/Dockerfile")), ids=str)
def test_downloads_are_cached_and_leave_nothing_in_a_layer(path: Path) -> None:
    for line in commands(path):
        if "npm ci" in line:
            assert "--mount=type=cache,target=/root/.npm" in line
        if re.search(r"pip .*--require-hashes", line):
            assert "--mount=type=cache,target=/root/.cache/pip" in line
        if "apt-get install" in line:
            assert "rm -rf /var/lib/apt/lists/*" in line


@pytest.mark.parametrize("path", sorted(ROOT.glob("docker/*/Dockerfile")), ids=str)
def test_installs_are_frozen(path: Path) -> None:
    text = "\n".join(commands(path))
    for install in re.findall(r"pip (?:--python \S+ )?install [^&|;]*", text):
        assert "--require-hashes" in install or "--no-index" in install, install
    assert not re.search(r"npm (install|i)\b", text)
    for install in re.findall(r"apt-get install [^&]*", text):
        packages = [word for word in install.split()[2:] if not word.startswith("-")]
        assert all("=" in package for package in packages), install


def test_scripts_keep_their_line_endings_on_windows() -> None:
    names = ["dev", "docker/backup/backup", "docker/archive/archive.py", ".ci/run"]
    present = [name for name in names if (ROOT / name).exists()]
    for line in git("check-attr", "eol", "--", *present).splitlines():
        assert line.endswith(": eol: lf"), line


@pytest.mark.parametrize("name", [".env", "secrets/secret_key", "secrets/backup_passphrase"])
def test_secrets_cannot_be_committed_by_accident(name: str) -> None:
    assert git("check-ignore", "--no-index", name).strip() == name
