"""Attributes by OpenTelemetry's semantic conventions for HTTP."""

import os
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.types import Scope

SCHEMA_URL: Final = "https://opentelemetry.io/schemas/1.44.0"
KNOWN_METHODS: Final = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
)
OTHER_METHOD: Final = "_OTHER"
# Signatures of presigned URLs: whoever has one has access.
SECRET_PARAMETERS: Final = frozenset(
    {"X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "sig", "X-Goog-Signature"}
)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def known_method(method: str) -> str:
    """Return `method`, or `_OTHER` if it is none of the known: clients make up any number."""
    configured = os.environ.get("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", "").strip()
    known = {name.strip() for name in configured.split(",")} if configured else KNOWN_METHODS
    return method if method in known else OTHER_METHOD


def common_attributes(scope: Scope) -> dict[str, Any]:
    """Return what spans and metrics share: few values, so fit for metrics."""
    if scope["type"] == "websocket":
        return {"url.scheme": scope.get("scheme", "ws"), "network.protocol.name": "websocket"}
    attributes = {
        "url.scheme": scope.get("scheme", "http"),
        "http.request.method": known_method(scope["method"]),
    }
    if scope.get("http_version"):
        attributes["network.protocol.version"] = scope["http_version"]
    return attributes


def span_attributes(scope: Scope) -> dict[str, Any]:
    """Return what a span has when it begins."""
    attributes = {**common_attributes(scope), **server_attributes(scope)}
    if scope["type"] == "http":
        attributes["url.path"] = scope["path"]
        query = redacted_query(scope.get("query_string", b""))
        if query:
            attributes["url.query"] = query
        if attributes["http.request.method"] == OTHER_METHOD:
            attributes["http.request.method_original"] = scope["method"]
    return attributes


def redacted_query(query_string: bytes) -> str:
    """Return the query string with the values of secrets taken out."""
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    shown = [(key, "REDACTED" if key in SECRET_PARAMETERS else value) for key, value in pairs]
    return urlencode(shown)


def server_attributes(scope: Scope) -> dict[str, Any]:
    """Return address and port that the client asked for; nothing if it sent nonsense."""
    host = _header(scope, b"host")
    if host is None:
        server = scope.get("server")
        return _address(server[0], server[1]) if server else {}
    try:
        parts = urlsplit(f"//{host}")
        port = parts.port
    except ValueError:
        return {}
    if not parts.hostname or parts.netloc != host or "@" in host:
        return {}
    return _address(parts.hostname, port or _DEFAULT_PORTS.get(scope.get("scheme", "http")))


def _address(host: str, port: int | None) -> dict[str, Any]:
    attributes: dict[str, Any] = {"server.address": host}
    if port is not None:
        attributes["server.port"] = port
    return attributes


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def span_name(scope: Scope, attributes: Mapping[str, Any], route: str | None) -> str:
    """Return `GET /items/{item_id}`; without a route, the method alone."""
    if scope["type"] == "websocket":
        method = "WS"
    else:
        method = attributes["http.request.method"]
        method = "HTTP" if method == OTHER_METHOD else method
    return f"{method} {route}" if route else str(method)


def error_type(error: BaseException) -> str:
    """Return the name of the exception's class, with its module unless built in."""
    cls = type(error)
    module = "" if cls.__module__ == "builtins" else f"{cls.__module__}."
    return f"{module}{cls.__qualname__}"
