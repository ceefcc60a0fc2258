"""Logging in and out."""

from __future__ import annotations

import re

from conftest import Site, fill_login, log_in
from playwright.sync_api import Page, expect


def test_a_wrong_password_is_told(page: Page, site: Site) -> None:
    page.goto("/login")
    fill_login(page, site.email, "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/login"))


def test_the_tokens_are_out_of_reach_of_scripts(logged_in: Page) -> None:
    cookies = logged_in.context.cookies()
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie["httpOnly"]
        assert cookie["sameSite"] in {"Lax", "Strict"}
    assert logged_in.evaluate("document.cookie") == ""
    stored = logged_in.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    for cookie in cookies:
        assert cookie["value"] not in stored


def test_logging_out_ends_the_session(logged_in: Page) -> None:
    cookies = logged_in.context.cookies()
    logged_in.get_by_role("button", name="Account").click()
    logged_in.get_by_role("menuitem", name="Log out").click()
    expect(logged_in.get_by_label("Password")).to_be_visible()
    logged_in.goto("/profile")
    expect(logged_in).to_have_url(re.compile(r"/login"))
    # Not only forgotten by the browser: the server takes them no more.
    logged_in.context.add_cookies(cookies)  # type: ignore[arg-type]  # what cookies() gave
    assert logged_in.request.get("/api/v1/users/me").status == 401


def test_a_page_behind_the_login_is_shown_after_it(page: Page, site: Site) -> None:
    page.goto("/profile")
    expect(page).to_have_url(re.compile(r"/login\?redirect="))
    fill_login(page, site.email, site.password)
    expect(page).to_have_url(f"{site.url}/profile")
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()


def test_the_session_outlives_a_reload(page: Page, site: Site) -> None:
    log_in(page, site)
    page.reload()
    expect(page.get_by_role("button", name="Account")).to_be_visible()
