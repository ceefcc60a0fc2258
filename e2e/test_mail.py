"""Mail: queued with the change that causes it, sent by the worker."""

from __future__ import annotations

import time

from conftest import Site
from playwright.sync_api import Page

PATIENCE = 20


def test_a_new_user_is_welcomed(logged_in: Page, site: Site) -> None:
    user = {"email": "grace@example.com", "password": "a long enough password"}
    made = logged_in.request.post("/api/v1/users", data=user, headers={"Origin": site.url})
    assert made.status == 201, made.text()
    end = time.monotonic() + PATIENCE
    while not (mails := [mail for mail in site.mails() if user["email"] in mail["to"]]):
        assert time.monotonic() < end, "no mail was sent"
        time.sleep(0.2)
    (mail,) = mails
    assert "Browser Test" in mail["subject"]
    assert user["password"] not in (mail["text"] or "") + (mail["html"] or "")
