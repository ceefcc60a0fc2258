"""Giving a provider of OpenTelemetry's SDK an exporter. Importing this needs the SDK."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from opentelemetry import _logs, metrics, trace
from opentelemetry.exporter.otlp.proto.http import (
    _log_exporter,
    metric_exporter,
    trace_exporter,
)
from opentelemetry.sdk import _logs as sdk_logs
from opentelemetry.sdk import metrics as sdk_metrics
from opentelemetry.sdk import trace as sdk_trace
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from dovetail.exceptions import DovetailError
from dovetail.telemetry.exporters import ADVICE, Signal
from dovetail.telemetry.signals import is_placeholder


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a signal's exporter is made and put to a provider."""

    find: Callable[[], Any]
    install: Callable[[Any], None]
    make_provider: Callable[[], Any]
    make_exporter: Callable[[str], Any]
    wrap: Callable[[Any], Any]
    adder: str


# The classes are looked up when they are needed, so that others can replace them.
_KINDS: Final = {
    "tracer": _Kind(
        find=lambda: trace.get_tracer_provider(),
        install=lambda provider: trace.set_tracer_provider(provider),
        make_provider=lambda: sdk_trace.TracerProvider(shutdown_on_exit=False),
        make_exporter=lambda endpoint: trace_exporter.OTLPSpanExporter(endpoint=endpoint),
        wrap=lambda exporter: BatchSpanProcessor(exporter),
        adder="add_span_processor",
    ),
    "meter": _Kind(
        find=lambda: metrics.get_meter_provider(),
        install=lambda provider: metrics.set_meter_provider(provider),
        make_provider=lambda: sdk_metrics.MeterProvider(shutdown_on_exit=False),
        make_exporter=lambda endpoint: metric_exporter.OTLPMetricExporter(endpoint=endpoint),
        wrap=lambda exporter: PeriodicExportingMetricReader(exporter),
        adder="add_metric_reader",
    ),
    "logger": _Kind(
        find=lambda: _logs.get_logger_provider(),
        install=lambda provider: _logs.set_logger_provider(provider),
        make_provider=lambda: sdk_logs.LoggerProvider(shutdown_on_exit=False),
        make_exporter=lambda endpoint: _log_exporter.OTLPLogExporter(endpoint=endpoint),
        wrap=lambda exporter: BatchLogRecordProcessor(exporter),
        adder="add_log_record_processor",
    ),
}


def provide(
    signal: Signal, given: Any, endpoint: str, configured: Sequence[tuple[str, Any]]
) -> tuple[Any, Any] | None:
    """Return the provider of `signal` and what exports for it; None if it has an exporter.

    `given` is the application's own provider, else the global one counts, and if there is none yet,
    one is made. Raises `DovetailError` if the provider takes no exporters.
    """
    kind = _KINDS[signal.key]
    provider = kind.find() if given is None or is_placeholder(given) else given
    if any(name == signal.name and known is provider for name, known in configured):
        return None
    if is_placeholder(provider):
        own = kind.make_provider()
        kind.install(own)
        provider = kind.find()
        if provider is not own:
            # Somebody else has set one meanwhile.
            own.shutdown()
    return provider, _add_exporter(signal, kind, provider, endpoint)


def _add_exporter(signal: Signal, kind: _Kind, provider: Any, endpoint: str) -> Any:
    add = getattr(provider, kind.adder, None)
    if add is None:
        raise DovetailError(
            f"{type(provider).__name__}, the {signal.key} provider, does not support adding an "
            f"OTLP exporter. {ADVICE}"
        )
    exporter = kind.make_exporter(endpoint)
    try:
        component = kind.wrap(exporter)
        add(component)
    except Exception:
        exporter.shutdown()
        raise
    return component
