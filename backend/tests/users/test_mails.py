"""Mails to account holders: queued with the change, sent by a worker over SMTP."""

import email
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from typing import Any

import httpx
import pytest
from sqlalchemy import URL

from app.core.settings import PROJECT_ROOT

NEW = {"email": "new@example.com", "password": "a long password"}


@pytest.fixture
def api(admin: Any, log_in: Callable[..., httpx.Client]) -> httpx.Client:
    return log_in(admin)


def parse(envelope: Any) -> EmailMessage:
    message = email.message_from_bytes(envelope.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_new_account_is_welcomed(
    api: httpx.Client, mailbox: Any, run_worker: Callable[[], None], settings: Callable[..., None]
) -> None:
    settings(project_name="Proj", emails_from="app@example.org", domain="app.example.org")
    api.post("/users", json=NEW | {"full_name": "<b>Ada</b> & Co"})
    assert mailbox.envelopes == []  # not in the request
    run_worker()
    (envelope,) = mailbox.envelopes
    assert envelope.mail_from == "app@example.org"
    assert envelope.rcpt_tos == ["new@example.com"]
    message = parse(envelope)
    assert message["Subject"] == "Welcome to Proj"
    assert message["From"] == "Proj <app@example.org>"
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Welcome, <b>Ada</b> & Co" in text
    assert "https://app.example.org/login" in text
    assert "Welcome, &lt;b&gt;Ada&lt;/b&gt; &amp; Co" in html
    assert "<b>" not in html
    assert NEW["password"] not in text + html


def test_the_mail_exists_if_and_only_if_the_account_does(
    api: httpx.Client, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlmodel.ext.asyncio.session import AsyncSession

    async def fail(self: AsyncSession) -> None:
        raise RuntimeError("the connection broke")

    monkeypatch.setattr(AsyncSession, "commit", fail)
    assert api.post("/users", json=NEW).status_code == 500
    monkeypatch.undo()
    assert db.value("SELECT count(*) FROM users WHERE email = %s", NEW["email"]) == 0
    assert db.value("SELECT count(*) FROM procrastinate_jobs") == 0
    assert api.post("/users", json=NEW).status_code == 201
    assert db.value("SELECT count(*) FROM procrastinate_jobs") == 1


def test_a_refused_mail_is_tried_again(
    api: httpx.Client, db: Any, mailbox: Any, run_worker: Callable[[], None]
) -> None:
    mailbox.refusals = 1
    api.post("/users", json=NEW)
    run_worker()
    assert mailbox.envelopes == []
    job = "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = 'users.welcome'"
    assert db.rows(job) == [("todo", 1)]
    db.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    run_worker()
    assert len(mailbox.envelopes) == 1
    assert db.rows(job) == [("succeeded", 2)]


def test_a_deleted_account_gets_no_mail(
    api: httpx.Client, mailbox: Any, run_worker: Callable[[], None]
) -> None:
    user_id = api.post("/users", json=NEW).json()["id"]
    api.delete(f"/users/{user_id}")
    run_worker()
    assert mailbox.envelopes == []


def test_a_worker_process_sends_and_stops_when_told(
    api: httpx.Client, mailbox: Any, db: Any, url: URL
) -> None:
    from app.core.settings import get_settings

    environment = os.environ | {
        "DATABASE_URL": url.render_as_string(hide_password=False),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(get_settings().smtp_port),
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "app.core.worker"],
        cwd=PROJECT_ROOT / "backend",
        env=environment,
        stderr=subprocess.PIPE,
    )
    try:
        api.post("/users", json=NEW)
        deadline = time.monotonic() + 30
        while not mailbox.envelopes and time.monotonic() < deadline:
            time.sleep(0.1)
        assert mailbox.envelopes[0].rcpt_tos == [NEW["email"]]
        worker.send_signal(signal.SIGTERM)
        _, log = worker.communicate(timeout=30)
        assert worker.returncode == 0, log.decode()
        assert NEW["password"].encode() not in log
    finally:
        worker.kill()
        worker.wait()


def test_what_a_dead_worker_had_begun_is_done_by_another(
    api: httpx.Client, db: Any, mailbox: Any, run_worker: Callable[[], None], server: Any
) -> None:
    api.post("/users", json=NEW)
    db.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 h')")
    db.execute(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = "
        "(SELECT max(id) FROM procrastinate_workers)"
    )
    # Exactly one job looks for stalled ones: this, and not that of the current minute as well.
    db.execute(
        "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp)"
        " SELECT 'core.retry_stalled_jobs', (extract(epoch FROM now())::bigint / 60 + minute) * 60"
        " FROM generate_series(0, 2) AS minute ON CONFLICT DO NOTHING"
    )
    db.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " VALUES ('default', 'core.retry_stalled_jobs', '{\"timestamp\": 0}')"
    )
    run_worker()
    run_worker()
    assert [mail.rcpt_tos for mail in mailbox.envelopes] == [[NEW["email"]]]
