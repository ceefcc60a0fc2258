"""The frontend's client, generated from the backend's OpenAPI document."""

from __future__ import annotations

import tempfile
from pathlib import Path

from devtools import install, node
from devtools.errors import DevError
from devtools.paths import BACKEND, FRONTEND, PRIVATE
from devtools.processes import call_step
from devtools.progress import say

FOLDER = FRONTEND / "src" / "client"
# Prints the document; the application is only made, not started, so no database is needed.
PRINT_OPENAPI = "import json, app.main as m; print(json.dumps(m.app.openapi(), indent=2))"


def demand_frontend() -> None:
    """Raise DevError if the project has no frontend."""
    if not FRONTEND.is_dir():
        raise DevError("this project has no frontend, so there is no client to generate")


def generate(folder: Path) -> None:
    """Write the client into `folder`, replacing what is there."""
    with tempfile.TemporaryDirectory() as scratch:
        document = Path(scratch) / "openapi.json"
        write = f"import sys; sys.stdout = open({str(document)!r}, 'w'); {PRINT_OPENAPI}"
        title = "Writing the API's OpenAPI document"
        call_step(title, [install.PYTHON, "-c", write], cwd=BACKEND)
        call_step(
            "Generating the frontend's client",
            node.npm("run", "client", "--", str(document), str(folder)),
            cwd=FRONTEND,
            env=node.environment(),
        )


def ensure() -> None:
    """Generate the client if there is none (a project without the example starts without one)."""
    if not FOLDER.is_dir():
        generate(FOLDER)
        say("Generated frontend/src/client, which was missing: commit it.")


def differences() -> list[str]:
    """Return the files of the client that differ from what would be generated now."""
    PRIVATE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PRIVATE) as scratch:
        fresh = Path(scratch) / "client"
        generate(fresh)
        expected, found = contents(fresh), contents(FOLDER)
    names = sorted(expected.keys() | found.keys())
    return [name for name in names if expected.get(name) != found.get(name)]


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files below `folder`, by their path in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
