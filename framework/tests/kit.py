"""What tests of the core share: requests without a client library, and processes."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from dovetail.testclient import TestClient


@dataclass
class Answer:
    """A response as ASGI messages gave it."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def json(self):
        return json.loads(self.body)


def http_scope(method, target, headers=()):
    """Return the ASGI scope of a request; `target` is path and query."""
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("testserver", 80),
    }


async def ask(app, method, target, *, headers=(), body=b"", scope=None):
    """Send one request in the running event loop; errors of the server come out of it."""
    sent = [{"type": "http.request", "body": body, "more_body": False}]
    finished = asyncio.Event()
    answer = Answer()

    async def receive():
        if sent:
            return sent.pop()
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message["headers"]
            ]
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
            if not message.get("more_body", False):
                finished.set()

    await app({**http_scope(method, target, headers), **(scope or {})}, receive, send)
    return answer


def answer_of(app, method, target, **options):
    """Send one request in an event loop of its own."""
    return asyncio.run(ask(app, method, target, **options))


def client(app, **options):
    """Return a client whose server errors are responses, not exceptions."""
    return TestClient(app, raise_server_exceptions=False, **options)


def locations(response):
    """Return where the errors of a 422 are."""
    return [error["loc"] for error in response.json()["detail"]]


def run_python(*arguments, cwd=None, **env):
    """Run Python to its end; return what became of the process."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
        env={**os.environ, **env},
    )


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def write_files(folder, files):
    """Write `files`, texts by path, below `folder`."""
    for name, text in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
