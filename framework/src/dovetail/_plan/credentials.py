"""Security schemes that read one header, without the request object that they are written for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dovetail._plan.call import Call
from dovetail._plan.nodes import Node
from dovetail.security.base import CredentialScheme

# Gives what the scheme gives; raises what it raises.
Read = Callable[[Call], Any]


def compile_credentials(node: Node) -> Read | None:
    """Return what does the work of a scheme; None when `node` is none, or has a way of its own."""
    scheme = node.call
    if not isinstance(scheme, CredentialScheme) or scheme.location != "header":
        return None
    if type(scheme).__call__ is not CredentialScheme.__call__:
        return None
    authenticate = scheme.authenticate
    key = scheme.key
    header = key.lower().encode("latin-1")

    def read(call: Call) -> Any:
        if call.has_connection:
            # A request class of one's own may know more of the headers than the scope.
            return authenticate(call.connection.headers.get(key))
        for name, value in call.scope["headers"]:
            if name == header:
                return authenticate(value.decode("latin-1"))
        return authenticate(None)

    return read
