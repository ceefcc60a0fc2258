"""What is done with git: the state of this checkout, and the first commit of a project."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from devtools.errors import DevError
from devtools.paths import ROOT
from devtools.processes import call, output

IDENTITY = {"user.name": "Dovetail", "user.email": "dovetail@localhost"}


def demand_git() -> None:
    """Raise DevError if git is missing."""
    if shutil.which("git") is None or output(["git", "--version"], cwd=ROOT) is None:
        raise DevError(
            "git is needed, and it is not installed",
            "Install it: apt-get install git (Debian, Ubuntu), or brew install git (macOS).",
        )


def is_checkout() -> bool:
    """Tell whether this template is a git repository, not an unpacked archive."""
    top = output(["git", "rev-parse", "--show-toplevel"], cwd=ROOT)
    return top is not None and Path(top).resolve() == ROOT


def is_dirty() -> bool:
    """Tell whether this checkout has changes that are not committed."""
    return bool(output(["git", "status", "--porcelain"], cwd=ROOT))


def described_commit() -> str | None:
    """Return a name of the checked-out commit that stays good: by its tag, else its full hash."""
    return output(["git", "describe", "--tags", "--always", "--abbrev=40", "HEAD"], cwd=ROOT)


def public_source() -> str | None:
    """Return where others find this commit: the URL of the remote that has it, or None.

    A password in the URL is left out.
    """
    branches = output(["git", "branch", "--remotes", "--contains", "HEAD"], cwd=ROOT)
    remotes = [line.strip().partition("/")[0] for line in (branches or "").splitlines()]
    if not remotes:
        return None
    name = "origin" if "origin" in remotes else remotes[0]
    url = output(["git", "remote", "get-url", name], cwd=ROOT)
    if not url or not is_remote_url(url):
        return None
    return without_password(url)


def is_remote_url(url: str) -> bool:
    """Tell a URL that other machines understand from a path on this one."""
    return bool(re.match(r"(https?|ssh|git)://", url) or re.match(r"[\w.-]+@[\w.-]+:", url))


def without_password(url: str) -> str:
    """Return a URL without the user and password in it; `ssh` URLs keep the user."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def first_commit(folder: Path) -> None:
    """Make `folder` a git repository that holds all its files in one commit.

    Works where git knows no identity of the user, and in spite of his hooks and signing.
    """
    call("git init", ["git", "init", "--quiet", "--initial-branch=main"], cwd=folder)
    call("git add", ["git", "add", "--all"], cwd=folder)
    settings = {"commit.gpgSign": "false", "core.hooksPath": "/dev/null"}
    if output(["git", "var", "GIT_COMMITTER_IDENT"], cwd=folder) is None:
        settings |= IDENTITY
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    message = "Start from the Dovetail template"
    call("git commit", ["git", *options, "commit", "--quiet", "--message", message], cwd=folder)
