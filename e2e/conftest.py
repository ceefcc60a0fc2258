"""The built application, running as `./dev up` runs it, and a browser to use it with."""

from __future__ import annotations

import json
import os
import secrets
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import browser as browsers
import psycopg
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from psycopg import sql
from sqlalchemy import make_url

from app.core.embedded import start_embedded
from devtools.application import Application
from devtools.paths import FRONTEND, PRIVATE
from devtools.ports import find_free
from devtools.supervisor import Supervisor

MISSING = "No browser was found: see `./dev test e2e`"


@dataclass(frozen=True)
class Site:
    """Where the application is reached, and the first superuser's login."""

    url: str
    mail_url: str
    email: str
    password: str

    def mails(self) -> list[dict[str, str]]:
        """Return the mails that the application has sent."""
        with urllib.request.urlopen(f"{self.mail_url}/mails.json", timeout=5) as response:
            found: list[dict[str, str]] = json.load(response)
        return found


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A new database on TEST_DATABASE_URL's server, or an embedded one; dropped afterwards."""
    base = os.environ.get("TEST_DATABASE_URL") or start_embedded(PRIVATE / "postgres-tests")
    server = make_url(base).set(drivername="postgresql")
    name = f"e2e_{secrets.token_hex(8)}"
    with psycopg.connect(server.render_as_string(False), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield server.set(database=name).render_as_string(False)
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def site(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application with its worker and mail catcher, on free ports and a database of its own."""
    if not (FRONTEND / "dist" / "index.html").is_file():
        pytest.fail("The frontend is not built: run `./dev install`, or `./dev test e2e`.")
    email, password = "admin@example.com", secrets.token_urlsafe(16)
    environment = {
        "DATABASE_URL": database_url,
        "SMTP_HOST": "",
        "ENVIRONMENT": "local",
        "FIRST_SUPERUSER": email,
        "FIRST_SUPERUSER_PASSWORD": password,
        "PROJECT_NAME": "Browser Test",
        "SECRET_KEY": secrets.token_urlsafe(48),
    }
    with Supervisor() as supervisor:
        mail = tmp_path_factory.mktemp("mail")
        application = Application(supervisor, find_free(), {}, environment=environment, mail=mail)
        application.start()
        yield Site(application.url, application.mail_url, email, password)


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    """What the browser's addresses are relative to."""
    return site.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the browser that is there; root has to do without its sandbox."""
    path: Path | None = browsers.find()
    if path is None and os.environ.get("CI"):
        pytest.fail(MISSING)
    if path is None:
        pytest.skip(MISSING)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": str(path), "args": arguments}


@pytest.fixture(autouse=True)
def healthy_page(page: Page) -> Iterator[None]:
    """Fail the test if a script of the page fails, or if its security policy stops something."""
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refused request is told in the console too; whether it was right is the test's business.
        # ReDoc asks for its maker's logo from elsewhere; the policy stops it, as it should.
        expected = ("Failed to load resource", "/redoc/logo-mini.svg")
        if message.type == "error" and not any(text in message.text for text in expected):
            problems.append(message.text)

    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", note)
    yield
    assert problems == []


@pytest.fixture
def offline(context: BrowserContext, site: Site) -> Iterator[None]:
    """Cut the browser off from all but the application; fail if it wanted anything else."""
    wanted: list[str] = []

    def is_elsewhere(url: str) -> bool:
        return not url.startswith((site.url, "data:", "blob:"))

    def refuse(route: Any) -> None:
        wanted.append(route.request.url)
        route.abort()

    context.route(is_elsewhere, refuse)
    yield
    assert wanted == []


@pytest.fixture
def logged_in(page: Page, site: Site) -> Page:
    """A page of the first superuser, at the application's start."""
    log_in(page, site)
    return page


def log_in(page: Page, site: Site) -> None:
    """Log in as the first superuser, by the form, and wait until the menu is there."""
    page.goto("/login")
    fill_login(page, site.email, site.password)
    expect(page.get_by_role("button", name="Account")).to_be_visible()


def fill_login(page: Page, email: str, password: str) -> None:
    """Fill in the login's form and send it."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
