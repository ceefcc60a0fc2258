"""Where things are in the repository, or in a generated project."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRIVATE = ROOT / ".dev"
LOGS = PRIVATE / "logs"
STAMPS = PRIVATE / "stamps"
TOOLS = PRIVATE / "tools"
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
BACKEND = ROOT / "backend"
FRONTEND = ROOT / "frontend"
FRAMEWORK = ROOT / "framework"
E2E = ROOT / "e2e"
ENV_FILE = ROOT / ".env"
ENV_EXAMPLE = ROOT / ".env.example"


def is_template_repository() -> bool:
    """Tell the repository of the template from a project that was generated from it."""
    return (ROOT / "copier.yml").is_file()


def relative(path: Path) -> str:
    """Return `path` as the user would type it: relative to where he is, if it is below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def writable(folder: Path) -> bool:
    """Tell whether files can be made in `folder`, or in the nearest parent that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
