"""Applications to find, and a server to talk to."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from tests.kit import free_port, write_files

MAIN = """
from dovetail import APIRouter, Dovetail, WebSocket

app = Dovetail()
router = APIRouter(prefix="/items")


@app.get("/")
async def root() -> dict[str, str]:
    return {"hello": "world"}


@router.api_route("/{item_id}", methods=["PUT", "PATCH"])
async def change(item_id: int) -> int:
    return item_id


@app.websocket("/ws")
async def socket(websocket: WebSocket) -> None:
    await websocket.accept()


app.include_router(router)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Enter a folder with an application in `main.py`; modules imported from it are forgotten."""
    write_files(tmp_path, {"main.py": MAIN})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(tmp_path)):
            del sys.modules[name]


class Server:
    """A `dovetail` command that serves on a real port."""

    def __init__(self, folder, command, *arguments):
        self.port = free_port()
        self.log = folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dovetail", command, *arguments, "--port", str(self.port)],
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )

    def get(self, path, *, until=None, seconds=40):
        """Return the body at `path`, once it can be had, and is `until` if that is given."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError, urllib.error.URLError):
                url = f"http://127.0.0.1:{self.port}{path}"
                with urllib.request.urlopen(url, timeout=5) as response:
                    body = response.read().decode()
                    if until is None or body == until:
                        return body
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def stop(self):
        """Interrupt the server as Ctrl-C does; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@pytest.fixture
def serve(folder):
    """Return what starts a server in the folder; all are stopped at the end."""
    servers = []

    def start(command, *arguments):
        servers.append(Server(folder, command, *arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
