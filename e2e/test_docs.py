"""The API's documentation pages, with no internet."""

from __future__ import annotations

import re

import pytest
from conftest import Site
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("offline")


def test_authorize_and_try_an_operation(page: Page, site: Site) -> None:
    page.goto("/docs")
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    dialog.locator("#oauth_username").fill(site.email)
    dialog.locator("#oauth_password").fill(site.password)
    dialog.get_by_text("select all").first.click()
    dialog.locator(".auth-btn-wrapper .authorize").first.click()
    expect(dialog.get_by_text("Authorized", exact=True)).to_be_visible()
    dialog.locator(".btn-done").first.click()
    operation = page.locator(".opblock-get").filter(
        has=page.locator('[data-path="/api/v1/users/me"]')
    )
    operation.locator(".opblock-summary").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response").first
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text(site.email)


def test_redoc_is_shown(page: Page) -> None:
    page.goto("/redoc")
    expect(page.get_by_role("heading", name=re.compile("Browser Test"))).to_be_visible()
