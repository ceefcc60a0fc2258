"""Finding the application that a command is about."""

import importlib
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from dovetail.cli.errors import CommandError

DEFAULT_FILES: Final = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")
DEFAULT_NAMES: Final = ("app", "api")


@dataclass(frozen=True, slots=True)
class Target:
    """An application: the variable `name` of `module`, which is importable from `folder`."""

    module: str
    name: str
    folder: Path

    @property
    def import_string(self) -> str:
        """The target as servers take it: `app.main:app`."""
        return f"{self.module}:{self.name}"

    def make_importable(self) -> None:
        """Put the folder in front of the places that modules are imported from."""
        if str(self.folder) not in sys.path:
            sys.path.insert(0, str(self.folder))

    def load(self) -> Any:
        """Import and return the application.

        Raises `CommandError` if there is no such module or variable. An error in the module
        itself passes through, with its traceback.
        """
        self.make_importable()
        found: Any = _import(self.module)
        for attribute in self.name.split("."):
            if not hasattr(found, attribute):
                raise CommandError(f"There is no {self.name!r} in the module {self.module!r}")
            found = getattr(found, attribute)
        return found


def find_target(target: str | None = None, *, name: str | None = None) -> Target:
    """Return the application that `target` names.

    `target` is an import string (`app.main:app`), the path of a module or of a package, or None:
    then `entrypoint` in the table `tool.dovetail` (or `tool.fastapi`) of pyproject.toml counts, and
    else the usual files. `name` is that of the variable; without it, the module is searched.

    Raises `CommandError` with what was looked for, if nothing is found.
    """
    target = target or _configured_entrypoint()
    if target is not None and _is_import_string(target):
        module, _, variable = target.partition(":")
        return Target(module, name or variable, Path.cwd())
    path = _default_file() if target is None else Path(target)
    if not path.exists():
        raise CommandError(f"Path does not exist {path}")
    module, folder = _module_of(path.resolve())
    return Target(module, name or _find_name(module, folder), folder)


def _is_import_string(target: str) -> bool:
    module, colon, variable = target.partition(":")
    dotted = f"{module}.{variable}"
    return bool(colon) and all(part.isidentifier() for part in dotted.split("."))


def _configured_entrypoint() -> str | None:
    file = Path("pyproject.toml")
    if not file.is_file():
        return None
    try:
        tools = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise CommandError(f"{file} is not valid TOML: {error}") from None
    for tool in ("dovetail", "fastapi"):
        entrypoint = tools.get(tool, {}).get("entrypoint")
        if entrypoint is not None:
            return str(entrypoint)
    return None


def _default_file() -> Path:
    for name in DEFAULT_FILES:
        if Path(name).is_file():
            return Path(name)
    raise CommandError(
        f"No application found: none of {', '.join(DEFAULT_FILES)} is here. Name it, for "
        "example: dovetail dev app.main:app"
    )


def _module_of(path: Path) -> tuple[str, Path]:
    """Return the name under which `path` is imported, and from which folder."""
    if path.is_dir() and not (path / "__init__.py").is_file():
        raise CommandError(f"{path} is a folder without __init__.py, so not a Python package")
    if path.is_file() and path.suffix != ".py":
        raise CommandError(f"{path} is not a Python file")
    parts = [] if path.name == "__init__.py" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts), folder


def _find_name(module: str, folder: Path) -> str:
    from dovetail.applications import Dovetail

    Target(module, "", folder).make_importable()
    variables = vars(_import(module))
    applications = [name for name, value in variables.items() if isinstance(value, Dovetail)]
    for name in (*DEFAULT_NAMES, *applications):
        if name in applications:
            return name
    raise CommandError(
        f"There is no application in the module {module!r}: no variable holds a Dovetail object. "
        "If a function makes it, call that in a module, and name the variable with --app."
    )


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        # An import inside the module that fails is not for us to explain.
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise CommandError(f"There is no module {module!r} to import from {Path.cwd()}") from None
