"""Providers of OpenTelemetry that keep what they are given."""

from dataclasses import dataclass, field

import pytest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind


@dataclass
class Telemetry:
    """What an application observed; `config` is for `Dovetail(telemetry=…)`."""

    config: dict
    exporter: InMemorySpanExporter
    reader: InMemoryMetricReader
    records: InMemoryLogRecordExporter
    seen: list = field(default_factory=list)

    @property
    def spans(self):
        """All spans that have ended, by name."""
        return {span.name: span for span in self.exporter.get_finished_spans()}

    @property
    def server(self):
        """The one span of a request or connection."""
        found = self.exporter.get_finished_spans()
        (span,) = [span for span in found if span.kind is SpanKind.SERVER]
        return span

    @property
    def logged(self):
        """The log records."""
        return [data.log_record for data in self.records.get_finished_logs()]

    def points(self, name="http.server.request.duration"):
        """The data points of a metric."""
        data = self.reader.get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]


@pytest.fixture
def telemetry(monkeypatch):
    """Return providers in memory, and an environment without settings of OpenTelemetry."""
    import os

    for name in list(os.environ):
        if name.startswith(("OTEL_", "FASTAPI_OTEL_")):
            monkeypatch.delenv(name)
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    records = InMemoryLogRecordExporter()
    tracer = TracerProvider(shutdown_on_exit=False)
    tracer.add_span_processor(SimpleSpanProcessor(exporter))
    meter = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    logger = LoggerProvider(shutdown_on_exit=False)
    logger.add_log_record_processor(SimpleLogRecordProcessor(records))
    config = {"tracer_provider": tracer, "meter_provider": meter, "logger_provider": logger}
    yield Telemetry(config, exporter, reader, records)
    for provider in config.values():
        provider.shutdown()
