"""Checks of the folder that a project is to be made in, before anything is written."""

from __future__ import annotations

from pathlib import Path

from devtools.errors import DevError
from devtools.paths import ROOT, writable


def demand_usable(folder: Path) -> None:
    """Raise DevError unless a project can be made at `folder`: absent or empty, and writable."""
    if folder == ROOT or ROOT in folder.parents:
        raise DevError(
            f"{folder} is inside the template's own repository",
            f"Choose a folder beside it: ./dev new ../{folder.name}",
        )
    if folder.exists() and not folder.is_dir():
        raise DevError(f"{folder} exists and is not a folder", "Choose another name.")
    if folder.is_dir() and writable(folder) and any(folder.iterdir()):
        raise DevError(
            f"{folder} exists and is not empty",
            "Choose another folder, or remove that one first. To bring a project that was made"
            " before up to date, run in it: uvx copier update",
        )
    if not writable(folder):
        raise DevError(
            f"no permission to write in {existing_part(folder)}",
            "Choose a folder that is yours, for example one below your home folder.",
        )


def existing_part(folder: Path) -> Path:
    """Return the nearest of `folder` and its parents that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())
