"""The tracer, the instruments and the logger that an application's signals go to."""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from opentelemetry import _logs, metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import Tracer, TracerProvider

from dovetail.telemetry.attributes import SCHEMA_URL

T = TypeVar("T")

SCOPE_NAME: Final = "fastapi"
DURATION_BUCKETS: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75),
    *(1, 2.5, 5, 7.5, 10),
)
# OpenTelemetry's API has no way to ask whether a provider has been configured; these stand in for
# one until then.
_PLACEHOLDERS: Final = ("ProxyTracerProvider", "_ProxyMeterProvider", "ProxyLoggerProvider")


def is_placeholder(provider: Any) -> bool:
    """Return whether `provider` only waits for a real one."""
    cls = type(provider)
    return cls.__name__ in _PLACEHOLDERS and cls.__module__.startswith("opentelemetry.")


class Instruments:
    """The metrics of one provider."""

    def __init__(self, provider: MeterProvider) -> None:
        meter = provider.get_meter(SCOPE_NAME, _version(), schema_url=SCHEMA_URL)
        self.duration = meter.create_histogram(
            "http.server.request.duration",
            unit="s",
            description="Duration of HTTP server requests.",
            explicit_bucket_boundaries_advisory=DURATION_BUCKETS,
        )
        self.active = meter.create_up_down_counter(
            "http.server.active_requests",
            unit="{request}",
            description="Number of HTTP requests that are being served.",
        )


class Signals:
    """Gives tracer, instruments and logger; None for each that is off or has no provider.

    A global provider may be set, or set anew, at any time: it is asked for at each request, but
    what it makes is kept as long as it stays the same.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._tracer = _Kept(_make_tracer)
        self._instruments = _Kept(Instruments)
        self._logger = _Kept(_make_logger)

    def tracer(self) -> Tracer | None:
        """Return what makes spans."""
        if not self._config["tracing"]:
            return None
        return self._tracer.of(self._config["tracer_provider"], trace.get_tracer_provider)

    def instruments(self) -> Instruments | None:
        """Return what measures requests."""
        if not self._config["metrics"]:
            return None
        return self._instruments.of(self._config["meter_provider"], metrics.get_meter_provider)

    def logger(self) -> "_logs.Logger | None":
        """Return what records failures."""
        if not self._config["logs"]:
            return None
        return self._logger.of(self._config["logger_provider"], _logs.get_logger_provider)


class _Kept(Generic[T]):
    """What was made of the provider that was asked for last."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._provider: Any = None
        self._made: T | None = None

    def of(self, given: Any, find_global: Callable[[], Any]) -> T | None:
        """Return what is made of the provider `given`, or else of the global one."""
        provider = find_global() if given is None or is_placeholder(given) else given
        if is_placeholder(provider):
            return None
        if provider is not self._provider:
            self._made, self._provider = self._make(provider), provider
        return self._made


def _make_tracer(provider: TracerProvider) -> Tracer:
    return provider.get_tracer(SCOPE_NAME, _version(), schema_url=SCHEMA_URL)


def _make_logger(provider: "_logs.LoggerProvider") -> "_logs.Logger":
    return provider.get_logger(SCOPE_NAME, _version(), schema_url=SCHEMA_URL)


def _version() -> str:
    from dovetail import __version__

    return __version__
