"""The mail catcher: what is sent to it is shown, and does no harm there."""

from __future__ import annotations

import http.client
import json
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from conftest import ROOT

from devtools.mailcatcher.store import KEPT, Store
from devtools.ports import find_free


class Running:
    """A mail catcher, by its two ports."""

    def __init__(self) -> None:
        self.smtp = find_free()
        self.http = find_free()

    def send(self, message: EmailMessage) -> None:
        """Send a mail by SMTP."""
        with smtplib.SMTP("127.0.0.1", self.smtp) as client:
            client.send_message(message)

    def get(self, path: str, host: str = "localhost:1") -> tuple[int, str]:
        """Return the status and the body of a GET with a Host header."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=5)
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, body


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Running]:
    running = Running()
    ports = ("--smtp-port", str(running.smtp), "--http-port", str(running.http))
    command = [sys.executable, "-m", "devtools.mailcatcher", *ports, "--folder", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert b"mail is shown" in process.stdout.readline()
    time.sleep(0.1)
    yield running
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()


def welcome(subject: str = "Hello") -> EmailMessage:
    """Return a mail with text and HTML."""
    message = EmailMessage()
    message["From"] = "app@example.com"
    message["To"] = "ada@example.com"
    message["Subject"] = subject
    message.set_content("Welcome, Ada <3")
    message.add_alternative("<p>Welcome</p><script>alert(1)</script>", subtype="html")
    return message


def test_a_mail_is_listed_and_shown(catcher: Running) -> None:
    assert "No mail has been sent yet" in catcher.get("/")[1]
    catcher.send(welcome("Héllo"))
    status, listing = catcher.get("/")
    assert status == 200
    assert "Héllo" in listing
    assert "ada@example.com" in listing
    name = listing.partition('href="/')[2].partition('"')[0]
    status, shown = catcher.get(f"/{name}")
    assert status == 200
    assert "Welcome, Ada &lt;3" in shown
    (mail,) = json.loads(catcher.get("/mails.json")[1])
    assert mail["to"] == "ada@example.com"
    assert mail["text"].strip() == "Welcome, Ada <3"


def test_what_a_mail_holds_is_never_run(catcher: Running) -> None:
    catcher.send(welcome("<script>alert(2)</script>"))
    listing = catcher.get("/")[1]
    name = listing.partition('href="/')[2].partition('"')[0]
    for page in (listing, catcher.get(f"/{name}")[1]):
        assert "<script" not in page
    assert 'sandbox=""' in catcher.get(f"/{name}")[1]


def test_only_this_machine_s_names_are_answered(catcher: Running) -> None:
    assert catcher.get("/mails.json", host="evil.example:80")[0] == 421
    assert catcher.get("/../../etc/passwd")[0] == 404


def test_the_oldest_mails_are_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(KEPT + 3):
        store.add(f"Subject: {number}\r\n\r\n".encode())
    mails = store.all()
    assert len(mails) == KEPT
    assert mails[0].header("Subject") == str(KEPT + 2)
    assert mails[-1].header("Subject") == "3"
