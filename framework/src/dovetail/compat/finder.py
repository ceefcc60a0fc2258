"""The import finder behind `install()`."""

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from email.message import Message
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, DistributionFinder
from os import PathLike
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

ALIAS: Final = "fastapi"
PACKAGE: Final = "dovetail"

FASTAPI_VERSION: Final = "0.165.0"
"""The version of FastAPI whose public names and behaviour this package has."""


class CompatibilityError(RuntimeError):
    """FastAPI itself was imported before its name could be taken over."""


class AliasFinder(MetaPathFinder):
    """Finds `fastapi[.x]` as the module `dovetail[.x]`, and a distribution named `fastapi`."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return a spec that loads the aliased module, or None if `fullname` is not an alias."""
        name = aliased(fullname)
        if name is None:
            return None
        original = importlib.util.find_spec(name)
        if original is None:
            return None
        spec = ModuleSpec(fullname, AliasLoader(name), origin=original.origin)
        spec.submodule_search_locations = original.submodule_search_locations
        return spec

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterator[Distribution]:
        """Yield the distribution that plug-ins ask for FastAPI's version."""
        if context is None or context.name in (None, ALIAS):
            yield AliasDistribution()


class AliasLoader(Loader):
    """Loads a module by handing out the one it stands for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module that the alias stands for, imported if need be."""
        module = importlib.import_module(self.name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own spec back, which the importer has just replaced."""
        module.__spec__ = self._spec

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the module's code, for `python -m fastapi`."""
        spec = importlib.util.find_spec(self.name)
        get_code: Any = getattr(spec and spec.loader, "get_code", None)
        code: CodeType | None = get_code(self.name) if get_code else None
        return code


class AliasDistribution(Distribution):
    """Metadata of a distribution `fastapi`: its name and the version that this package matches."""

    @property
    def metadata(self) -> Message:  # type: ignore[override]
        """Name and version."""
        message = Message()
        message["Metadata-Version"] = "2.1"
        message["Name"] = ALIAS
        message["Version"] = FASTAPI_VERSION
        return message

    def read_text(self, filename: str) -> str | None:
        """Return None: there are no files."""
        return None

    def locate_file(self, path: str | PathLike[str]) -> Path:
        """Return where `path` would be."""
        return Path(__file__).parent / path


def aliased(fullname: str) -> str | None:
    """Return the name that `fullname` stands for: `dovetail.x` for `fastapi.x`, else None."""
    head, dot, tail = fullname.partition(".")
    return f"{PACKAGE}{dot}{tail}" if head == ALIAS else None
