"""HTTPS in development: the application once more, with a certificate of our own authority.

Bytes are passed on as they come, so pages, event streams and WebSockets all work.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from pathlib import Path

from devtools import authority
from devtools.errors import DevError
from devtools.paths import PRIVATE

CHUNK = 64 * 1024
CERTIFICATE = PRIVATE / "https" / "certificate.crt"


def certificate() -> Path:
    """Return a certificate for localhost with its key beside it; make both unless current."""
    CERTIFICATE.parent.mkdir(parents=True, exist_ok=True)
    if not authority.is_current(CERTIFICATE, "localhost"):
        authority.issue("localhost", CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    return CERTIFICATE


class Relay:
    """Takes TLS connections on one port of this machine and passes them on to another."""

    def __init__(self, port: int, target: int, chain: Path) -> None:
        """Prepare to listen on `port`; `chain` is the certificate, its key is beside it."""
        self.port, self.target = port, target
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(chain, chain.with_suffix(".key"))
        self.started = threading.Event()
        self.failure: OSError | None = None

    def start(self) -> None:
        """Begin to listen; connections are served in the background, until this process ends.

        Raises DevError if the port cannot be had.
        """
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        self.started.wait(10)
        if self.failure is not None:
            raise DevError(f"cannot listen on port {self.port}: {self.failure.strerror}")

    async def serve(self) -> None:
        """Listen on the loopback addresses."""
        try:
            server = await asyncio.start_server(self.connect, "localhost", self.port, ssl=self.tls)
        except OSError as error:
            self.failure = error
            return
        finally:
            self.started.set()
        async with server:
            await server.serve_forever()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on, both ways, until both sides have ended."""
        with contextlib.suppress(OSError, ssl.SSLError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))
        writer.close()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy what comes until the end, then close the other side."""
    with contextlib.suppress(OSError, ssl.SSLError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()
