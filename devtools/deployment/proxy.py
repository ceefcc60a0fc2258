"""What the proxy on this machine knows, and whether the application answers through it."""

from __future__ import annotations

import json
import socket
import ssl
import time
from http.client import HTTPException, HTTPSConnection

from devtools import authority, envfile
from devtools.docker import DockerFailed, compose, docker
from devtools.errors import DevError

READY = "/api/v1/health/ready"
# Runs inside the proxy's network, where its API listens on the loopback address only.
WAIT = """
import json, sys, time, urllib.request
server, state, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
end, seen = time.monotonic() + seconds, None
while time.monotonic() < end:
    try:
        url = "http://127.0.0.1:8082/api/http/services/app@file"
        seen = json.load(urllib.request.urlopen(url, timeout=2))["serverStatus"].get(server)
    except OSError as error:
        seen = error
    if seen == state:
        sys.exit(0)
    time.sleep(0.2)
sys.exit(f"the proxy says of {server}: {seen}")
"""


def wait_for_server(service: str, state: str, image: str, seconds: float = 30) -> None:
    """Wait until the proxy counts a service as UP or DOWN. Raises DevError if it does not."""
    proxy = compose("ps", "--quiet", "proxy")
    if not proxy:
        raise DevError("the proxy is not running", "Start everything first: docker compose up -d")
    python = ["--entrypoint", "python", image, "-I", "-S", "-c", WAIT]
    arguments = [f"http://{service}:8000", state, str(seconds)]
    try:
        docker("run", "--rm", "--network", f"container:{proxy}", *python, *arguments)
    except DockerFailed as error:
        raise DevError(error.printed.strip()) from error


class FromHere(HTTPSConnection):
    """A connection to the proxy on this machine, whatever the domain's DNS entry says."""

    def __init__(self, domain: str, port: int) -> None:
        self.tls = ssl.create_default_context()
        if authority.covers(domain):
            self.tls.load_verify_locations(authority.ensure())
        super().__init__(domain, port, timeout=10)

    def connect(self) -> None:
        """Connect to the loopback address; the certificate must be the domain's all the same."""
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)


def smoke_test(seconds: float = 15) -> None:
    """Ask the application for its readiness as a browser would: HTTPS, certificate and all.

    Raises DevError with the last answer if none is good within `seconds`.
    """
    settings = envfile.ensure()
    domain, port = settings["DOMAIN"], int(settings.get("HTTPS_PORT") or 443)
    end, problem = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        try:
            connection = FromHere(domain, port)
            connection.request("GET", READY)
            answer = connection.getresponse()
            body = answer.read(2000).decode("utf-8", "replace")
            if answer.status == 200 and json.loads(body)["status"] == "ok":
                return
            problem = f"{answer.status} {body}"
        except (OSError, HTTPException, ValueError) as error:
            problem = str(error)
        time.sleep(0.5)
    raise DevError(f"https://{domain}{READY} does not answer well: {problem}")
