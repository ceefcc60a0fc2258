"""A certificate by ACME (RFC 8555), from a test issuer in the place of Let's Encrypt."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import replace

from devtools import authority
from devtools.errors import DevError
from devtools.rehearsal.project import DOMAIN, FILES, SLUG, TEST_FILE, Project, remove
from devtools.rehearsal.report import expect

STATIC = "traefik/traefik.yml"
STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory"
ISSUER = "https://acme.test:14000/dir"
COMPOSE_FILES = (
    *FILES[:2],
    "docker-compose.dns.yml",
    TEST_FILE,
    "docker/test/docker-compose.acme.yml",
)
PROXY_UP = ("up", "--detach", "--no-build", "--no-deps", "--wait", "--force-recreate", "proxy")
# Run in the network of a container, beside it.
ROOT_CERTIFICATE = """
import ssl, urllib.request
trusted = ssl.create_default_context(cafile="/authority.crt")
print(urllib.request.urlopen("https://localhost:15000/roots/0", context=trusted).read().decode())
"""
BY_DNS = "  cloudflare:\n    acme:\n"
NO_SUCH = "nonexistent certificate resolver"
TRIED = "cloudflare: "
UNCONFIGURED = "credentials information are missing"


def rehearse(rehearsed: Project) -> str:
    """Get a certificate by HTTP-01, and keep it over a new proxy; then have DNS-01 tried."""
    project = with_resolver(rehearsed, "staging")
    static = project.folder / STATIC
    text = static.read_text("utf-8")
    expect(text.count(STAGING) == 1, f"{STATIC} does not name {STAGING} once")
    expect(BY_DNS in text, f"{STATIC} has no resolver {BY_DNS!r}")
    ours = text.replace(STAGING, ISSUER).replace(BY_DNS, f"{BY_DNS}      caServer: {ISSUER}\n")
    static.write_text(ours, "utf-8")
    try:
        project.compose("up", "--build", "--detach", "--wait", "acme")
        began = time.monotonic()
        project.compose(*PROXY_UP)
        trusted = ssl.create_default_context(cadata=ask(project, "acme", ROOT_CERTIFICATE))
        first = wait_for_certificate(trusted)
        took = time.monotonic() - began
        kept = project.compose("exec", "-T", "proxy", "stat", "-c", "%a %u", "/acme/acme.json")
        expect(kept == "600 65532", f"the file with the keys has mode and owner {kept}")
        project.compose(*PROXY_UP)
        expect(wait_for_certificate(trusted) == first, "a new proxy got another certificate")
        seen = try_by_dns(project)
    finally:
        static.write_text(text, "utf-8")
        remove(project)
    return (
        f"HTTP-01: issued and served after {took:.1f} s, the same after a restart; DNS-01: {seen}"
    )


def try_by_dns(rehearsed: Project) -> str:
    """Have the proxy ask for DNS-01, up to the provider, which refuses a token that is not one."""
    project = with_resolver(rehearsed, "cloudflare")
    project.compose("rm", "--force", "--stop", "proxy")
    project.docker("volume", "rm", f"{SLUG}_acme")
    project.compose(*PROXY_UP)
    end, log = time.monotonic() + 60, ""
    while TRIED not in log:
        expect(time.monotonic() < end, f"the provider was not asked: {log[-2000:]}")
        time.sleep(0.5)
        log = project.compose("logs", "--no-log-prefix", "proxy")
        expect(NO_SUCH not in log, log)
    expect(UNCONFIGURED not in log, log)
    return "tried with the provider, with the token of its file"


def with_resolver(project: Project, name: str) -> Project:
    """Return the project with the issuer's files, and one of the resolvers of traefik.yml."""
    secrets = project.folder / "secrets"
    certificate = secrets / "acme_certificate"
    if not certificate.exists():
        authority.issue("acme.test", certificate, secrets / "acme_key")
        (secrets / "dns_credentials").write_text("not-a-real-one", "utf-8")
        for path in (certificate, secrets / "acme_key", secrets / "dns_credentials"):
            path.chmod(0o444)
    settings = {"COMPOSE_FILE": ":".join(COMPOSE_FILES), "ACME_RESOLVER": name}
    return replace(project, settings=settings)


def ask(project: Project, service: str, code: str) -> str:
    """Return what Python code prints that runs in the network of a service's container."""
    container = project.compose("ps", "--quiet", service)
    mounts = ["--volume", f"{project.authority / 'authority.crt'}:/authority.crt:ro"]
    options = ["--rm", "--network", f"container:{container}", *mounts]
    return project.docker("run", *options, f"{SLUG}-app:latest", "python", "-c", code)


def wait_for_certificate(trusted: ssl.SSLContext, seconds: float = 60) -> bytes:
    """Wait until the proxy shows a certificate of the issuer for the domain; return it."""
    end, problem = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        try:
            with (
                socket.create_connection(("127.0.0.1", 443), timeout=5) as plain,
                trusted.wrap_socket(plain, server_hostname=DOMAIN) as secure,
            ):
                return secure.getpeercert(binary_form=True) or b""
        except OSError as error:
            problem = str(error)
        time.sleep(0.2)
    raise DevError(f"no certificate was issued within {seconds:.0f} s: {problem}")
