"""Where a path operation is defined, for messages about invalid data."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from starlette.types import Scope

from dovetail.exceptions import EndpointContext


class _Function:
    """A function as a cache key, also when it is unhashable."""

    __slots__ = ("call",)

    def __init__(self, call: Any) -> None:
        self.call = call

    def __hash__(self) -> int:
        return id(self.call)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Function) and self.call is other.call


@lru_cache(maxsize=4096)
def _definition(function: _Function) -> EndpointContext:
    found: EndpointContext = {}
    try:
        source_file = inspect.getsourcefile(function.call)
        if source_file is not None:
            found["file"] = source_file
        found["line"] = inspect.getsourcelines(function.call)[1]
        name = getattr(function.call, "__name__", None)
        if name is not None:
            found["function"] = name
    except Exception:
        # Callables without source, such as instances or built-ins.
        return {}
    return found


def endpoint_context(
    call: Callable[..., Any] | None, path: str | None, scope: Scope
) -> EndpointContext:
    """Return file, line and name of `call`, and the method and path that it was reached by."""
    context = _definition(_Function(call)).copy() if call is not None else EndpointContext()
    if path:
        mounted_at = scope.get("root_path", "").rstrip("/")
        method = "WS" if scope["type"] == "websocket" else scope["method"]
        context["path"] = f"{method} {mounted_at}{path}"
    return context
