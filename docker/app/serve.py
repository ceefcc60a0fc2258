"""Runs the server, and ends it so that no request is lost. Standard library only.

On SIGTERM the proxy has to stop sending requests before the server stops taking them:

1. The file DRAIN_FILE appears, and with it the proxy's health check is answered with 503.
2. For DRAIN_SECONDS (5) everything is still served, while the proxy's health check notices.
3. The server gets SIGTERM: it answers what is under way, at most for GRACEFUL_SECONDS (25).

WEB_CONCURRENCY sets the number of server processes (1).
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

COMMAND = [
    *(sys.executable, "-m", "uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"),  # noqa: S104
    # Above the proxy's limit for idle connections (traefik/dynamic/app.yml), so that the proxy is
    # the one to close them: else it may write a request into a connection that closes.
    *("--timeout-keep-alive", "75"),
    *("--timeout-graceful-shutdown", os.environ.get("GRACEFUL_SECONDS", "25")),
    *("--workers", os.environ.get("WEB_CONCURRENCY", "1")),
    # Only the proxy reaches this port; it replaces what a client claims in X-Forwarded-For.
    *("--proxy-headers", "--forwarded-allow-ips", "*"),
    *("--no-access-log", "--no-server-header"),
]


def main() -> int:
    """Serve until the server ends or SIGTERM comes; return the server's exit code, or 0."""
    marker = Path(os.environ.get("DRAIN_FILE", "/tmp/draining"))  # noqa: S108
    marker.unlink(missing_ok=True)
    asked_to_end = threading.Event()

    def drain(_number: int, _frame: FrameType | None) -> None:
        if not asked_to_end.is_set():
            asked_to_end.set()
            marker.touch()
            seconds = float(os.environ.get("DRAIN_SECONDS", "5"))
            threading.Timer(seconds, server.terminate).start()

    server = subprocess.Popen(COMMAND)
    signal.signal(signal.SIGTERM, drain)
    signal.signal(signal.SIGINT, drain)
    code = server.wait()
    return 0 if asked_to_end.is_set() else code


if __name__ == "__main__":
    # The pending timer of a server that ended by itself must not keep this process.
    os._exit(main())
