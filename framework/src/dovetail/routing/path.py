"""Paths with parameters: `/items/{item_id:int}`."""

import re
from functools import cached_property
from typing import Any

from dovetail._starlette import CONVERTOR_TYPES, Convertor, compile_path
from dovetail.exceptions import ConfigurationError

_PARAMETER = re.compile("{([a-zA-Z_][a-zA-Z0-9_]*)(?::([a-zA-Z_][a-zA-Z0-9_]*))?}")


class PathPattern:
    """A path, taken apart without compiling its regular expression until that is needed.

    Args:
        path: as the user wrote it, with all prefixes.

    Raises:
        ConfigurationError: a convertor is unknown.
        ValueError: two parameters have the same name.

    Attributes:
        format: the path without convertors, `/items/{item_id}`.
        convertors: by name of the parameter.
    """

    __slots__ = ("__dict__", "convertors", "format", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.format = path
        self.convertors: dict[str, Convertor[Any]] = {}
        if "{" in path:
            self._read_parameters()

    def _read_parameters(self) -> None:
        repeated = set()
        for name, kind in _PARAMETER.findall(self.path):
            convertor = CONVERTOR_TYPES.get(kind or "str")
            if convertor is None:
                raise ConfigurationError(f"Unknown path convertor '{kind}' in {self.path!r}")
            if name in self.convertors:
                repeated.add(name)
            self.convertors[name] = convertor
        if repeated:
            names = ", ".join(sorted(repeated))
            plural = "s" if len(repeated) > 1 else ""
            raise ValueError(f"Duplicated param name{plural} {names} at path {self.path}")
        self.format = _PARAMETER.sub(r"{\1}", self.path)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The regular expression of the whole path, a named group per parameter."""
        return compile_path(self.path)[0]

    def match(self, path: str) -> dict[str, Any] | None:
        """Give the converted parameters of `path`; `None` if it does not match."""
        found = self.regex.match(path)
        if found is None:
            return None
        convertors = self.convertors
        return {name: convertors[name].convert(text) for name, text in found.groupdict().items()}


def parameter_of_segment(segment: str) -> tuple[str, str] | None:
    """Give name and convertor of a segment that is one parameter: `{a:int}` gives `a`, `int`."""
    found = _PARAMETER.fullmatch(segment)
    return (found[1], found[2] or "str") if found else None
