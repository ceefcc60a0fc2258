"""Serves one shape of one peer over HTTP: `python -m benchmarks.serve PEER SHAPE PORT`.

ASGI applications are served by uvicorn, Sanic and Robyn by their own servers; each by one process,
without an access log.
"""

from __future__ import annotations

import sys
from typing import Any

from benchmarks import peer

HOST = "127.0.0.1"


def serve_asgi(app: Any, port: int) -> None:
    """Serve by uvicorn, with uvloop and httptools."""
    import uvicorn

    uvicorn.run(
        app, host=HOST, port=port, loop="uvloop", http="httptools", log_level="warning",
        access_log=False,
    )  # fmt: skip


def serve_sanic(app: Any, port: int) -> None:
    """Serve by Sanic's own server."""
    app.run(host=HOST, port=port, single_process=True, access_log=False, motd=False)


def serve_robyn(app: Any, port: int) -> None:
    """Serve by Robyn's own server: one process, one worker of Python."""
    app.start(host=HOST, port=port)


OWN_SERVERS = {"sanic": serve_sanic, "robyn": serve_robyn}


def main(name: str, shape: str, port: int) -> None:
    """Serve until stopped. Exits with code 3 if the peer does not express the shape."""
    # Robyn reads its options from here; whatever else looks at it should see nothing of ours.
    sys.argv[1:] = ["--processes", "1", "--workers", "1", "--log-level", "WARN"]
    build = peer.builder(peer.load(peer.BY_NAME[name]), shape)
    if build is None:
        raise SystemExit(3)
    OWN_SERVERS.get(name, serve_asgi)(build(), port)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
