"""`docker compose up` as developers use it: mails that are caught, code that is reloaded."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from devtools.errors import DevError
from devtools.rehearsal import outside
from devtools.rehearsal.project import Project, remove
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import Client

SETTINGS = {
    "COMPOSE_FILE": "docker-compose.yml:docker-compose.override.yml",
    # Not those that a developer's own programs are likely to have.
    "APP_PORT": "18000",
    "DATABASE_PORT": "15432",
    "MAIL_PORT": "18025",
}
FILE = "backend/app/config/endpoints.py"
BEFORE, AFTER = "project_name=settings.project_name", 'project_name="Reloaded"'


def rehearse(rehearsed: Project) -> str:
    """Start with the development's own file, catch a mail, edit the backend; remove everything."""
    project = replace(rehearsed, settings=SETTINGS)
    client = Client(project)
    try:
        began = time.monotonic()
        project.compose("up", "--build", "--detach", "--wait")
        took = time.monotonic() - began
        seen = outside.check_use(client)
        check_ports()
        reload = edit(project, client)
    finally:
        remove(project)
    return f"up after {took:.0f} s; {seen}; an edit served after {reload:.1f} s"


def check_ports() -> None:
    """What a developer looks into can be reached from this machine, and from no other."""
    for name in ("APP_PORT", "DATABASE_PORT", "MAIL_PORT"):
        port = int(SETTINGS[name])
        expect(outside.is_open("127.0.0.1", port), f"{name} {port} cannot be reached")
        expect(not outside.is_open(outside.own_address(), port), f"{name} {port} is open to others")


def edit(project: Project, client: Client) -> float:
    """Change a file of the backend; return how long it took until that was served."""
    path = project.folder / FILE
    text = path.read_text("utf-8")
    expect(BEFORE in text, f"{FILE} has no {BEFORE}")
    began = time.monotonic()
    try:
        path.write_text(text.replace(BEFORE, AFTER), "utf-8")
        wait_until(lambda: client.get("/config").json["project_name"] == "Reloaded")
    finally:
        path.write_text(text, "utf-8")
    return time.monotonic() - began


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; while the server reloads, it may answer nothing or nonsense."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if true():
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.2)
    raise DevError(f"nothing changed within {seconds:.0f} s")
