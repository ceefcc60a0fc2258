"""Stamps: a note of what an installation or a build was made from, to skip it while that holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from devtools.paths import STAMPS

GENERATED = {"node_modules", "dist", "coverage", "__pycache__", ".vite", ".tanstack", ".cache"}


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named, and those below the folders named, except generated ones; sorted."""
    for path in sorted(paths):
        if path.name in GENERATED:
            continue
        if path.is_dir():
            yield from files(path.iterdir())
        elif path.is_file():
            yield path


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """Return a digest of the files' names and contents, and of further facts."""
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in files(paths):
        digest.update(f"\0{path}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(name: str, value: str) -> bool:
    """Tell whether the stamp `name` was last set to `value`."""
    path = STAMPS / name
    return path.is_file() and path.read_text("utf-8") == value


def forget(name: str) -> None:
    """Remove a stamp before the work it stands for: broken-off work counts as undone."""
    (STAMPS / name).unlink(missing_ok=True)


def remember(name: str, value: str) -> None:
    """Set a stamp after the work that it stands for."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value, "utf-8")
