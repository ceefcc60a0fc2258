"""The container's health check: ready once, then alive. Standard library only.

Until the first success it asks whether the application is ready (migrated, database reached), which
is what a deploy waits for. Afterwards it asks only whether the process answers: a database that is
away for a moment is no reason to restart every replica.
"""

import http.client
import sys
from pathlib import Path

BEEN_READY = Path("/tmp/been-ready")  # noqa: S108


def main() -> int:
    """Return 0 for a good answer, 1 otherwise, and print what was answered."""
    path = "/api/v1/health/live" if BEEN_READY.exists() else "/api/v1/health/ready"
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        print(path, answer.status, answer.read(2000).decode("utf-8", "replace"))
    except OSError as error:
        print(path, error)
        return 1
    if answer.status != http.client.OK:
        return 1
    BEEN_READY.touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
