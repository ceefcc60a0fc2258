"""Which OTLP exporters the standard environment variables ask for."""

import os
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from dovetail.exceptions import DovetailError

ADVICE: Final = "Configure it in code, and pass telemetry={'auto_configure': False}."


@dataclass(frozen=True, slots=True)
class Signal:
    """A kind of telemetry. `name` as in environment variables, `key` as in `TelemetryConfig`."""

    name: str
    key: str


SIGNALS: Final = (Signal("TRACES", "tracer"), Signal("METRICS", "meter"), Signal("LOGS", "logger"))


def is_wanted(config: dict[str, Any] | None) -> bool:
    """Return whether exporters are to be made: as `auto_configure` says, else the environment."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    explicit = (config or {}).get("auto_configure")
    if explicit is not None:
        return bool(explicit)
    return os.environ.get("FASTAPI_OTEL_AUTO_CONFIGURE", "").lower() == "true"


def export_endpoint(signal: str) -> str | None:
    """Return the URL that `signal` is exported to; None if it is not.

    Raises `DovetailError` for an exporter or a protocol other than OTLP over HTTP, or if the URL
    is not one (OpenTelemetry, "OTLP Exporter Configuration").
    """
    exporter = (_variable(f"OTEL_{signal}_EXPORTER") or "otlp").lower()
    endpoint = _endpoint(signal)
    if endpoint is None or exporter == "none":
        return None
    if exporter != "otlp":
        raise DovetailError(f"OTEL_{signal}_EXPORTER={exporter} must be otlp or none. {ADVICE}")
    protocol = _variable(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL")
    protocol = protocol or _variable("OTEL_EXPORTER_OTLP_PROTOCOL") or "http/protobuf"
    if protocol != "http/protobuf":
        raise DovetailError(f"OTLP's protocol must be http/protobuf, not {protocol}. {ADVICE}")
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DovetailError(f"The OTLP endpoint {endpoint!r} is not an absolute HTTP(S) URL")
    return endpoint


def _endpoint(signal: str) -> str | None:
    own = _variable(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
    if own:
        return own
    general = _variable("OTEL_EXPORTER_OTLP_ENDPOINT")
    return f"{general.removesuffix('/')}/v1/{signal.lower()}" if general else None


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()
