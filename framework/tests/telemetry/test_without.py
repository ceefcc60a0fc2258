"""Where OpenTelemetry is not in use, it costs nothing."""

from tests.kit import run_python

PROGRAM = """
import sys
from dovetail import Dovetail
from dovetail.telemetry import TelemetryConfig, get_telemetry_data
from dovetail.testclient import TestClient

app = Dovetail()

@app.get("/")
async def read() -> bool:
    return get_telemetry_data() is None

with TestClient(app) as client:
    assert client.get("/").json() is True
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""


def test_nothing_of_opentelemetry_is_imported():
    done = run_python("-c", PROGRAM)

    assert done.returncode == 0, done.stderr


SERVED_BEFORE = """
from dovetail import Dovetail
from dovetail.testclient import TestClient

client = TestClient(Dovetail())
assert client.get("/").status_code == 404

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

assert client.get("/").status_code == 404
exporter, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
assert client.get("/").status_code == 404
assert [span.name for span in exporter.get_finished_spans()] == ["GET"]
"""


def test_a_global_provider_set_later_counts_from_then_on():
    done = run_python("-c", SERVED_BEFORE)

    assert done.returncode == 0, done.stderr
