"""Exporters by the standard environment variables."""

import asyncio
import threading

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracerProvider
from tests.kit import client, run_python

from dovetail import Dovetail
from dovetail.exceptions import DovetailError
from dovetail.telemetry import _runtime, providers
from dovetail.telemetry.exporters import export_endpoint, is_wanted

BASE = "http://127.0.0.1:4318"


@pytest.fixture(autouse=True)
def _clean(telemetry):
    yield
    _runtime._shutdown()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": f"{BASE}/x/"}, f"{BASE}/x/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{BASE}/own"}, f"{BASE}/own"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": BASE, "OTEL_TRACES_EXPORTER": "none"},
            None,
        ),
    ],
)
def test_where_a_signal_goes(monkeypatch, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert export_endpoint("TRACES") == expected


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "nowhere"}, "absolute HTTP"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "otlp or none"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "http/protobuf"),
    ],
)
def test_what_is_not_supported_is_refused_with_the_reason(monkeypatch, variables, message):
    for name, value in {"OTEL_EXPORTER_OTLP_ENDPOINT": BASE, **variables}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(DovetailError, match=message):
        export_endpoint("TRACES")


@pytest.mark.parametrize(
    ("variables", "config", "expected"),
    [
        ({}, None, False),
        ({"FASTAPI_OTEL_AUTO_CONFIGURE": "TRUE"}, None, True),
        ({"FASTAPI_OTEL_AUTO_CONFIGURE": "1"}, {}, False),
        ({"FASTAPI_OTEL_AUTO_CONFIGURE": "true"}, {"auto_configure": False}, False),
        ({"OTEL_SDK_DISABLED": "true"}, {"auto_configure": True}, False),
    ],
)
def test_when_exporters_are_made(monkeypatch, variables, config, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert is_wanted(config) is expected


@pytest.fixture
def exporter(monkeypatch):
    """Return what takes the place of the exporter to a collector, and notes its endpoint."""

    class Exporter(InMemorySpanExporter):
        def __init__(self, *, endpoint):
            super().__init__()
            made.append((self, endpoint))

        def shutdown(self):
            self.is_shut_down = True

    made = []
    monkeypatch.setattr(providers.trace_exporter, "OTLPSpanExporter", Exporter)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", BASE)
    return made


def test_an_exporter_is_added_once_and_flushed_when_the_application_ends(telemetry, exporter):
    app = Dovetail(telemetry={**telemetry.config, "auto_configure": True})
    for _ in range(2):
        with client(app) as session:
            session.get("/")

    [(added, endpoint)] = exporter
    assert endpoint == BASE
    assert [span.name for span in added.get_finished_spans()] == ["GET", "GET"]
    _runtime._shutdown()
    assert added.is_shut_down


def test_a_provider_that_takes_no_exporters_stops_nothing(telemetry, exporter, caplog):
    app = Dovetail(telemetry={"tracer_provider": NoOpTracerProvider(), "auto_configure": True})
    with client(app) as session:
        assert session.get("/").status_code == 404

    assert "does not support adding an OTLP exporter" in caplog.text
    assert exporter == []


def test_an_exporter_that_can_not_be_added_is_closed(telemetry, exporter, monkeypatch, caplog):
    def refuse(processor):
        raise ValueError("refused")

    monkeypatch.setattr(telemetry.config["tracer_provider"], "add_span_processor", refuse)
    with client(Dovetail(telemetry={**telemetry.config, "auto_configure": True})) as session:
        assert session.get("/").status_code == 404

    assert "refused" in caplog.text
    assert exporter[0][0].is_shut_down


def test_flushing_happens_in_a_thread_and_failures_are_logged(monkeypatch, caplog):
    class Component:
        def force_flush(self):
            threads.append(threading.get_ident())
            raise RuntimeError("flush failed")

        def shutdown(self):
            threads.append("shut down")

    threads, sent = [], []
    monkeypatch.setattr(_runtime, "_owned", [Component()])

    async def app(scope, receive, send):
        assert (await receive())["type"] == "lifespan.startup"
        await send({"type": "lifespan.shutdown.complete"})

    async def receive():
        return {"type": "lifespan.startup"}

    async def send(message):
        sent.append(message["type"])

    run = _runtime.lifespan(config=None, app=app, scope={}, receive=receive, send=send)
    asyncio.run(run)
    _runtime._shutdown()

    assert sent == ["lifespan.shutdown.complete"]
    assert threads[0] != threading.get_ident()
    assert threads[1:] == ["shut down"]
    assert "flush failed" in caplog.text


GLOBAL = """
from opentelemetry import _logs, metrics, trace
from dovetail import Dovetail
from dovetail.telemetry import _runtime, providers
from dovetail.testclient import TestClient

with TestClient(Dovetail(telemetry={"auto_configure": True})):
    names = [type(provider).__name__ for provider in (
        trace.get_tracer_provider(), metrics.get_meter_provider(), _logs.get_logger_provider()
    )]
    assert names == ["TracerProvider", "MeterProvider", "LoggerProvider"], names
    assert len(_runtime._owned) == 3
"""


def test_providers_are_made_where_there_are_none():
    # Nobody listens there: exporting fails quietly, with one try.
    done = run_python(
        "-c",
        GLOBAL,
        OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9",
        OTEL_EXPORTER_OTLP_TIMEOUT="1",
    )

    assert done.returncode == 0, done.stderr
