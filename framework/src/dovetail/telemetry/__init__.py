"""OpenTelemetry signals of requests, connections and their operations (the extra `otel`).

Nothing of OpenTelemetry is imported by this package before the application does so itself, or
passes `telemetry={…}`. Where it is not in use, plans have no steps for it.
"""

from dovetail.telemetry.config import TelemetryConfig as TelemetryConfig
from dovetail.telemetry.data import TelemetryData as TelemetryData
from dovetail.telemetry.data import get_telemetry_data as get_telemetry_data
