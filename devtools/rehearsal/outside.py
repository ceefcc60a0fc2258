"""Checks from outside: certificate, redirect, headers, limits, and what else is reachable."""

from __future__ import annotations

import json
import re
import socket
import ssl
import time
from collections.abc import Iterable

from devtools.errors import DevError
from devtools.rehearsal.project import DOMAIN, Project
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import API, Client

OPEN = {80, 443}
HEADERS = {
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin",
    "content-security-policy": "default-src",
    "permissions-policy": "camera=()",
}
METRICS = (
    f"{API}/health/metrics",
    f"{API}/health/%6Detrics",
    f"{API}/health//metrics",
    "/api/v1%2fhealth/metrics",
)
# Of TLS 1.2, without authenticated encryption or without forward secrecy (RFC 9325, 4.2).
WEAK_CIPHERS = "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA256:AES128-SHA"


def own_address(towards: str = "192.0.2.1") -> str:
    """Return the address of this host that others reach, not the loopback one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((towards, 9))  # nothing is sent: it only chooses the way
        address: str = probe.getsockname()[0]
        return address


def scan(ports: Iterable[int] = range(1, 65536)) -> set[int]:
    """Return those of the TCP ports that are open on this host's outer address."""
    address = own_address()
    return {port for port in ports if is_open(address, port)}


def is_open(address: str, port: int) -> bool:
    """Tell whether a port takes connections."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0


def check_ports(project: Project, before: set[int]) -> str:
    """Only the proxy's two ports are open that were not before."""
    opened = scan() - before
    expect(opened >= OPEN, f"not open: {sorted(OPEN - opened)}")
    # Other programs of this machine may have opened one for a moment.
    time.sleep(3)
    strange = scan(opened - OPEN)
    expect(not strange, f"open since the start: {sorted(strange)}")
    published = project.compose("ps", "--format", "{{.Publishers}}")
    bound = {int(port) for port in re.findall(r"\b(\d+) tcp", published) if int(port) > 0}
    expect(bound == OPEN, f"bound by containers: {sorted(bound)}")
    return f"of 65,535 ports, the start opened {sorted(OPEN)}; bound by containers: {sorted(bound)}"


def check_tls(client: Client) -> str:
    """The certificate, the versions of TLS, and names that are not ours."""
    versions = []
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=str(client.project.authority / "authority.crt"))
        context.minimum_version = context.maximum_version = version
        versions.append(handshake(context, DOMAIN))
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    expect(refused(old, DOMAIN), "TLS 1.1 is spoken")
    weak = ssl.create_default_context(cafile=str(client.project.authority / "authority.crt"))
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers(f"{WEAK_CIPHERS}:@SECLEVEL=0")
    expect(refused(weak, DOMAIN), "a weak cipher is taken")
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    expect(refused(unchecked, "other.test"), "a name that is not ours is answered")
    refusals = "TLS 1.1, weak ciphers and other names refused"
    return f"certificate verified; {', '.join(versions)}; {refusals}"


def handshake(context: ssl.SSLContext, name: str) -> str:
    """Return the version and cipher that a handshake comes to."""
    with (
        socket.create_connection(("127.0.0.1", 443), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        return f"{secure.version()} {(secure.cipher() or ('?',))[0]}"


def refused(context: ssl.SSLContext, name: str) -> bool:
    """Tell whether a handshake fails."""
    try:
        handshake(context, name)
    except (ssl.SSLError, ConnectionError):
        return True
    return False


def check_headers(client: Client) -> str:
    """Redirect to HTTPS, security headers on every kind of answer, compression, and no metrics."""
    answer = client.request("GET", "/x?y=1", https=False)
    expect(answer.status in {301, 308}, f"plain HTTP is answered with {answer.status}")
    expect(answer.headers["location"] == f"https://{DOMAIN}/x?y=1", answer.headers["location"])
    for path in ("/", f"{API}/health/ready", "/docs", f"{API}/nothing"):
        answer = client.request("GET", path)
        for name, part in HEADERS.items():
            value = answer.headers.get(name, "")
            expect(part in value, f"{path}: {name} is {value!r}")
    expect("server" not in answer.headers, f"Server: {answer.headers.get('server')}")
    packed = client.request("GET", "/openapi.json", Accept_Encoding="gzip")
    expect(packed.headers.get("content-encoding") == "gzip", "an answer is not compressed")
    for path in METRICS:
        status = client.request("GET", path).status
        expect(status in {400, 404}, f"metrics are let out at {path}: {status}")
    return "308 to HTTPS; HSTS, CSP and the rest on pages, API, docs and errors; gzip"


def check_frontend(client: Client) -> str:
    """The pages' script comes compressed as it was built, to be kept by the browser."""
    page = client.request("GET", "/").body.decode()
    if "/assets/" not in page:
        return "this project has no frontend"
    script = "/assets/" + page.partition('src="/assets/')[2].partition('"')[0]
    answer = client.request("GET", script, Accept_Encoding="br, gzip")
    expect(answer.headers.get("content-encoding") == "br", f"{script} is not compressed")
    built = f"import os; print(os.path.getsize('/srv/frontend/dist{script}.br'))"
    size = client.project.in_container("app", built)
    expect(size == str(len(answer.body)), f"{script} was compressed anew: not {size} bytes")
    expect("immutable" in answer.headers.get("cache-control", ""), f"{script} is not kept")
    return f"{script}: {len(answer.body)} bytes, Brotli, immutable"


def check_use(client: Client) -> str:
    """Log in, create an account whose welcome mail the worker sends, and an item."""
    client.log_in()
    address = f"guest{time.time_ns()}@example.com"
    new = {"email": address, "full_name": "Guest", "password": "a long password of guests"}
    answer = client.post("/users", new)
    expect(answer.status == 201, f"creating a user: {answer.status} {answer.body!r}")
    seen = ["login", "user"]
    if has_items(client):
        answer = client.post("/items", {"title": "rehearsed"})
        expect(answer.status == 201, f"creating an item: {answer.status} {answer.body!r}")
        listed = [item["title"] for item in client.get("/items").json["data"]]
        expect("rehearsed" in listed, f"the item is not listed: {listed}")
        seen.append("item")
    seconds = wait_for_mail(client.project, address)
    return f"{', '.join(seen)}; welcome mail delivered by the worker after {seconds:.1f} s"


def has_items(client: Client) -> bool:
    """Tell whether the project has the example feature."""
    return "/api/v1/items" in client.request("GET", "/openapi.json").json["paths"]


def wait_for_mail(project: Project, address: str) -> float:
    """Wait until a mail to an address has arrived; return how long that took."""
    url = "http://127.0.0.1:8025/mails.json"
    code = f"import urllib.request as u; print(u.urlopen('{url}').read().decode())"
    began = time.monotonic()
    while time.monotonic() - began < 30:
        if any(address in mail["to"] for mail in json.loads(project.in_container("mail", code))):
            return time.monotonic() - began
        time.sleep(0.5)
    raise DevError(f"no mail to {address} within 30 s\n{project.compose('logs', 'worker')[-2000:]}")


def check_log(client: Client) -> str:
    """The access log is JSON, without query strings and credentials."""
    client.log_in()
    client.request("GET", "/?token=very-secret-token", Cookie="session=very-secret-cookie")
    time.sleep(1)
    container = client.project.compose("ps", "--quiet", "proxy")
    log = client.project.docker("logs", container)
    expect("very-secret" not in log and client.token not in log, "the access log tells secrets")
    last = json.loads(log.strip().splitlines()[-1])
    return f"JSON with {len(last)} fields, without query strings, cookies and tokens"
