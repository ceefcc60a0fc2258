"""Requests to the rehearsed application as it is reached from outside: through the proxy."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlencode

from devtools.errors import DevError
from devtools.rehearsal.project import DOMAIN, Project

API = "/api/v1"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """A client that trusts the rehearsal's authority, and no other."""

    project: Project
    address: str = "127.0.0.1"
    token: str = ""
    tls: ssl.SSLContext = field(init=False)

    def __post_init__(self) -> None:
        self.tls = ssl.create_default_context(cafile=str(self.project.authority / "authority.crt"))

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        *,
        https: bool = True,
        **headers: str,
    ) -> Answer:
        """Send a request and return the answer. `Content_Type="…"` gives a header."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        connection = self.connect(https=https)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, received, answer.read())
        finally:
            connection.close()

    def begin(self, method: str, path: str, length: int) -> HTTPConnection:
        """Send a request's head, which announces a body of some bytes, and nothing of that."""
        connection = self.connect(https=True)
        connection.putrequest(method, path)
        connection.putheader("Content-Length", str(length))
        connection.endheaders()
        return connection

    def connect(self, *, https: bool) -> HTTPConnection:
        """Return a connection to the proxy's address, under the application's name."""
        connection = HTTPConnection(DOMAIN, timeout=30)
        if https:
            connection = HTTPSConnection(DOMAIN, timeout=30, context=self.tls)
        port = 443 if https else 80
        plain = socket.create_connection((self.address, port), timeout=30)
        connection.sock = self.tls.wrap_socket(plain, server_hostname=DOMAIN) if https else plain
        return connection

    def get(self, path: str) -> Answer:
        """Read something of the API."""
        return self.request("GET", f"{API}{path}")

    def post(self, path: str, content: dict[str, Any]) -> Answer:
        """Send JSON to the API."""
        body = json.dumps(content)
        return self.request("POST", f"{API}{path}", body, Content_Type="application/json")

    def log_in(self) -> None:
        """Get a token for the first superuser. Raises DevError if the answer is not one."""
        password = self.project.secret("first_superuser_password")
        form = urlencode({"username": "admin@example.com", "password": password})
        kind = "application/x-www-form-urlencoded"
        answer = self.request("POST", f"{API}/auth/token", form, Content_Type=kind)
        if answer.status != 200:
            raise DevError(f"logging in was answered with {answer.status}: {answer.body!r}")
        self.token = answer.json["access_token"]
