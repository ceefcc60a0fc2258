"""The server of the image: it ends after what is under way, and tells the proxy first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from devtools.ports import find_free

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 2
# Answers /slow after some seconds, and leaves a file for each process and each such request.
APPLICATION = """
import asyncio, os, pathlib
FOLDER = pathlib.Path(__file__).parent
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        (FOLDER / f"process-{os.getpid()}").touch()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/slow":
        (FOLDER / "under-way").touch()
        await asyncio.sleep(4)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["client"][0].encode()})
"""


class Server:
    """`docker/app/serve.py` with another application, on a port that is free."""

    def __init__(self, folder: Path, application: str, processes: int = PROCESSES) -> None:
        self.port = find_free()
        self.draining = folder / "draining"
        self.app = folder / "app"
        self.app.mkdir()
        (self.app / "__init__.py").touch()
        (self.app / "main.py").write_text(application)
        text = (ROOT / "docker" / "app" / "serve.py").read_text("utf-8")
        assert text.count('"8000"') == 1
        (folder / "serve.py").write_text(text.replace('"8000"', f'"{self.port}"'))
        environment = {
            **os.environ,
            "PYTHONPATH": str(folder),
            "DRAIN_FILE": str(self.draining),
            "DRAIN_SECONDS": "2",
            "WEB_CONCURRENCY": str(processes),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", folder / "serve.py"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )

    def get(self, path: str, **headers: str) -> str:
        """Return the body of an answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(answer.read().decode())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path, APPLICATION)
    wait_for(lambda: len(list(running.app.glob("process-*"))) == PROCESSES)
    yield running
    running.process.terminate()
    running.process.wait(30)


def wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_it_says_that_it_ends_serves_on_and_answers_what_is_under_way(server: Server) -> None:
    answers: list[str] = []
    slow = Thread(target=lambda: answers.append(server.get("/slow")))
    slow.start()
    wait_for((server.app / "under-way").exists)
    assert not server.draining.exists()
    server.process.send_signal(signal.SIGTERM)
    wait_for(server.draining.exists)
    assert server.get("/") == "127.0.0.1"
    assert server.process.wait(30) == 0
    slow.join()
    assert answers == ["127.0.0.1"]


def test_it_believes_the_proxy_about_the_address_of_the_client(server: Server) -> None:
    assert server.get("/", **{"X-Forwarded-For": "192.0.2.7"}) == "192.0.2.7"


def test_a_server_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    server = Server(tmp_path, "raise ImportError", processes=1)
    assert server.process.wait(30) != 0
