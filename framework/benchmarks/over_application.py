"""Measures the template's application against the customary way, on one PostgreSQL.

Two programs serve the same two operations from the same tables, each on one core, and must give
the same answers. The database and the load share the other core.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.crew import ROOT, environment_of_worker
from benchmarks.load import Target, Turns
from benchmarks.messages import Answer, Request, difference
from benchmarks.over_http import Rate
from benchmarks.pinning import cores
from benchmarks.server import Server, ServerDied, free_port

REPOSITORY = ROOT.parent
BACKEND = REPOSITORY / "backend"
PRODUCT_PYTHON = REPOSITORY / ".venv" / "bin" / "python"
EMAIL = "owner@example.com"
ITEMS = 100
CONNECTIONS = 32
"""Fewer than the 40 threads of the customary program, which else locks itself up: requests that
wait for a database connection take the threads that those with one need to go on."""
OPERATIONS = {
    "list of 100 items": f"/api/v1/items?limit={ITEMS}",
    "current user": "/api/v1/users/me",
}
OURS, CUSTOMARY = "application", "customary"


class Unavailable(Exception):
    """The application cannot be run here; says what is missing or failed."""


@dataclass(frozen=True)
class Setting:
    """The environment variables that both programs are run with."""

    variables: dict[str, str]
    password: str

    def environment(self) -> dict[str, str]:
        """Return the environment of a program."""
        return {**environment_of_worker(), **self.variables}


def start_database(folder: Path, stack: ExitStack) -> str:
    """Start an embedded PostgreSQL that ends with `stack`; return its URL."""
    command = [str(PRODUCT_PYTHON), "-m", "app.core.embedded", str(folder)]
    server = Server(command, 0, cores()[1], cwd=BACKEND)
    stack.callback(server.stop)
    return server.line_with("postgresql://")


def setting(url: str) -> Setting:
    """Return the settings: new secrets, quiet logs, no mail."""
    password = secrets.token_urlsafe(24)
    variables = {
        "DATABASE_URL": url,
        "ENVIRONMENT": "local",
        "PROJECT_SLUG": "benchmark",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIRST_SUPERUSER": EMAIL,
        "FIRST_SUPERUSER_PASSWORD": password,
        "LOG_LEVEL": "WARNING",
    }
    return Setting(variables, password)


def serve_ours(set_up: Setting, port: int) -> Server:
    """Start the template's application, as `dovetail run` starts it."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    command = [str(PRODUCT_PYTHON), "-m", "uvicorn", "app.main:app", *options]
    return Server(command, port, cores()[0], cwd=BACKEND, env=set_up.environment())


def serve_customary(python: Path, set_up: Setting, port: int) -> Server:
    """Start the customary program."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    target = "benchmarks.application.customary:app"
    command = [str(python), "-m", "uvicorn", target, *options]
    return Server(command, port, cores()[0], env=set_up.environment())


def post(port: int, path: str, body: bytes, **headers: str) -> Any:
    """Send a POST and return the answer's JSON. Raises OSError for any other than 2xx."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, named)
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return json.load(response)


def log_in(port: int, set_up: Setting) -> str:
    """Return the value of an Authorization header."""
    form = urllib.parse.urlencode({"username": EMAIL, "password": set_up.password}).encode()
    token = post(port, "/api/v1/auth/token", form)["access_token"]
    return f"Bearer {token}"


def fill(port: int, authorization: str) -> None:
    """Make the items that are listed."""
    for number in range(ITEMS):
        description = f"What there is to say about number {number}." if number % 3 else None
        content = {"title": f"Item {number}", "description": description}
        body = json.dumps(content).encode()
        kind = "application/json"
        post(port, "/api/v1/items", body, authorization=authorization, content_type=kind)


@contextmanager
def both(python: Path) -> Iterator[tuple[Server, Server, str]]:
    """Hold both programs, on one filled database, and the Authorization header for them."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        set_up = setting(start_database(Path(folder) / "postgres", stack))
        ours = serve_ours(set_up, free_port())
        stack.callback(ours.stop)
        ours.wait()
        authorization = log_in(ours.port, set_up)
        fill(ours.port, authorization)
        customary = serve_customary(python, set_up, free_port())
        stack.callback(customary.stop)
        customary.wait()
        yield ours, customary, authorization


def request_of(target: str, authorization: str) -> Request:
    """Return the request of an operation."""
    path, _, query = target.partition("?")
    return Request(path, query=query, headers=(("authorization", authorization),))


def shown(server: Server, request: Request) -> Answer:
    """Return a server's answer without its headers, of which it may have more than the other."""
    return replace(server.answer(request), headers={})


def compare(ours: Server, customary: Server, request: Request, turns: Turns) -> list[Rate]:
    """Return the rates of both programs, which take turns. Raises LoadError."""
    rates = [Rate(OURS), Rate(CUSTOMARY)]
    rates[1].wrong = difference(shown(ours, request), customary.answer(request))
    if rates[1].wrong is not None:
        return rates
    targets = [Target(server.port, request, CONNECTIONS) for server in (ours, customary)]
    for target in targets:
        turns.warm_up(target)
    for _ in range(turns.rounds):
        for target, rate in zip(targets, rates, strict=True):
            rate.values.append(turns.rate(target))
    return rates


def measure(python: Path, turns: Turns) -> dict[str, list[Rate]]:
    """Return for each operation the rates of both: ours first. Raises Unavailable, LoadError."""
    if not (PRODUCT_PYTHON.exists() and BACKEND.is_dir()):
        raise Unavailable("the application is not installed: run ./dev install")
    try:
        with both(python) as (ours, customary, authorization):
            return {
                title: compare(ours, customary, request_of(target, authorization), turns)
                for title, target in OPERATIONS.items()
            }
    except (OSError, ServerDied) as error:
        raise Unavailable(f"it failed: {error}") from error
