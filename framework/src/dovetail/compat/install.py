"""Putting the finder in place, and taking it out again."""

import os
import sys
from pathlib import Path
from typing import Final

import dovetail
from dovetail.compat.finder import ALIAS, AliasFinder, CompatibilityError, aliased

SHIM: Final = Path(__file__).parent / "shim"
"""A folder with a package `fastapi` that installs the finder: what child processes import first."""


def install(*, children: bool = True) -> None:
    """Make `fastapi` an alias of `dovetail` in this process. Doing so again changes nothing.

    With `children`, Python processes started from here get it too, through `PYTHONPATH` (so not
    those that ignore it: `python -I`, `python -E`).

    Raises `CompatibilityError` if FastAPI itself is imported already.
    """
    imported = sys.modules.get(ALIAS)
    if imported not in (None, dovetail) and not _is_shim(imported):
        raise CompatibilityError(
            "FastAPI itself has been imported already: call dovetail.compat.install() before the "
            "first `import fastapi`, or start with `python -m dovetail.compat`."
        )
    if not is_installed():
        sys.meta_path.insert(0, AliasFinder())
    sys.modules[ALIAS] = dovetail
    if children:
        _set_search_path([str(SHIM), *_search_path()])
        # Some processes give their children their own path, as pytest-xdist does.
        sys.path[:] = [str(SHIM), *_without_shim(sys.path)]


def uninstall() -> None:
    """Undo `install()`: the name `fastapi` means again what is installed under it, if anything."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, AliasFinder)]
    for name in [name for name in sys.modules if aliased(name)]:
        del sys.modules[name]
    _set_search_path(_search_path())
    sys.path[:] = _without_shim(sys.path)


def is_installed() -> bool:
    """Return whether `import fastapi` gives `dovetail` in this process."""
    return any(isinstance(finder, AliasFinder) for finder in sys.meta_path)


def _is_shim(module: object) -> bool:
    return (getattr(module, "__file__", None) or "").startswith(f"{SHIM}{os.sep}")


def _search_path() -> list[str]:
    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [entry for entry in _without_shim(entries) if entry]


def _without_shim(entries: list[str]) -> list[str]:
    return [entry for entry in entries if entry != str(SHIM)]


def _set_search_path(entries: list[str]) -> None:
    if entries:
        os.environ["PYTHONPATH"] = os.pathsep.join(entries)
    else:
        os.environ.pop("PYTHONPATH", None)
