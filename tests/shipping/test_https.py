"""`./dev up --https`: the development authority, and the relay that speaks TLS."""

from __future__ import annotations

import http.server
import ssl
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools import authority, https, processes
from devtools.application import Application
from devtools.commands import up
from devtools.errors import DevError
from devtools.ports import find_free
from devtools.supervisor import Supervisor


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEV_AUTHORITY", str(tmp_path / "authority"))
    monkeypatch.setattr(processes, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(https, "CERTIFICATE", tmp_path / "https" / "certificate.crt")


@pytest.fixture
def web() -> Iterator[int]:
    """The port of a web server without TLS."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_it_serves_what_is_there_with_a_certificate_that_holds(
    web: int, capsys: pytest.CaptureFixture[str]
) -> None:
    application = Application(Supervisor(), web, {"FRONTEND_ORIGINS": "https://other.test"})
    port = find_free()
    up.serve_https(application, port)
    assert application.https_url == f"https://localhost:{port}"
    origins = application.environment["FRONTEND_ORIGINS"].split(",")
    assert origins == ["https://other.test", application.https_url]
    assert "Browsers trust it after this" in capsys.readouterr().out
    trusted = ssl.create_default_context(cafile=str(authority.ensure()))
    with urllib.request.urlopen(application.https_url, context=trusted) as answer:
        assert answer.status == 200
        assert b"pyproject.toml" in answer.read()


def test_a_port_that_is_taken_is_told(web: int) -> None:
    with pytest.raises(DevError, match=f"cannot listen on port {web}"):
        https.Relay(web, web, https.certificate()).start()


def test_its_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    https.certificate()
    for key in (tmp_path / "authority" / "authority.key", tmp_path / "https" / "certificate.key"):
        assert key.stat().st_mode & 0o777 == 0o600


def test_it_refuses_to_vouch_for_a_real_name(tmp_path: Path) -> None:
    with pytest.raises(DevError, match=r"does not vouch for example\.com"):
        authority.issue("example.com", tmp_path / "certificate", tmp_path / "key")


def test_nobody_believes_it_about_a_real_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gets its key cannot deceive the browsers that trust it (RFC 5280, 4.2.1.10)."""
    monkeypatch.setattr(authority, "covers", lambda _domain: True)
    for domain, believed in (("app.test", True), ("example.com", False)):
        certificate = tmp_path / domain
        authority.issue(domain, certificate, tmp_path / "key")
        command = ["openssl", "verify", "-CAfile", str(authority.ensure()), str(certificate)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == believed, done.stdout + done.stderr
    assert "permitted subtree violation" in done.stdout + done.stderr
