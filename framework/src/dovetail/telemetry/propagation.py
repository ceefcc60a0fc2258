"""Reading the trace that a request belongs to, and its baggage, from its headers."""

from typing import Any

from opentelemetry import propagate
from opentelemetry.context import Context
from opentelemetry.propagators.textmap import Getter
from starlette.types import Scope

# Lists, by W3C Trace Context and Baggage: sent in many headers, they are one value.
_LISTS = ("tracestate", "baggage")


class HeaderGetter(Getter[Any]):
    """Reads headers of an ASGI scope."""

    def get(self, carrier: Scope, key: str) -> list[str] | None:
        """Return all values of the header `key`; None if there is none."""
        name = key.lower().encode("latin-1")
        values = [value.decode("latin-1") for known, value in carrier["headers"] if known == name]
        if key.lower() in _LISTS and values:
            return [",".join(values)]
        return values or None

    def keys(self, carrier: Scope) -> list[str]:
        """Return the names of all headers."""
        return [name.decode("latin-1") for name, _ in carrier["headers"]]


_GETTER = HeaderGetter()


def extract(scope: Scope) -> Context:
    """Return the context that the headers of `scope` carry, over the current one."""
    return propagate.extract(scope, getter=_GETTER)
