"""Features are folders of ``app``: what a folder holds is found at startup, by file name."""

import functools
import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

APP = Path(__file__).resolve().parents[1]
_NO_FEATURES = {"core", "kit", "__pycache__"}


@functools.cache
def feature_names() -> tuple[str, ...]:
    """Names of the features, in alphabetical order."""
    return tuple(
        sorted(
            folder.name
            for folder in APP.iterdir()
            if (folder / "__init__.py").is_file() and folder.name not in _NO_FEATURES
        )
    )


def feature_modules(kind: str) -> list[ModuleType]:
    """Import a file of each feature that has it.

    Args:
        kind: The file's name without ``.py``: ``endpoints``, ``models``, ``jobs`` or ``startup``.
    """
    names = [f"app.{feature}.{kind}" for feature in feature_names()]
    return [importlib.import_module(name) for name in names if importlib.util.find_spec(name)]


def feature_folders(name: str) -> list[Path]:
    """The folders of this name (``migrations``, ``templates``) in ``core`` and the features."""
    folders = (APP / feature / name for feature in ("core", *feature_names()))
    return [folder for folder in folders if folder.is_dir()]
