"""Run the application: ./dev up [--watch] [--https]

Installs and builds what is missing, starts everything, and prints where it is reached; Ctrl-C
stops it. --watch reloads what is changed; it is on by itself in the template's own repository.
--https serves it at https://localhost:8443 too, with the certificate of a development authority.
"""

from __future__ import annotations

import argparse
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from devtools import authority, envfile, https, install, ports, prepare
from devtools.application import Application
from devtools.errors import DevError
from devtools.paths import FRONTEND, LOGS, PRIVATE, is_template_repository, relative
from devtools.progress import paint, say
from devtools.supervisor import Supervisor


def run(arguments: list[str]) -> int:
    """Start the application and run it until Ctrl-C, or until a process of it ends (an error)."""
    options = parse(arguments)
    install.demand_writable()
    with only_once():
        ports.demand_free(options.port, "the application", "./dev up --port")
        if options.https:
            ports.demand_free(options.https_port, "HTTPS", "./dev up --https-port")
        settings = envfile.ensure()
        prepare.everything(build=not options.watch)
        with Supervisor() as supervisor:
            application = Application(supervisor, options.port, settings, options.watch)
            if options.https:
                serve_https(application, options.https_port)
            application.start()
            print_addresses(application)
            try:
                supervisor.run()
            except KeyboardInterrupt:
                say("\nStopping ...")
        say(f"Stopped. The data is kept in {relative(PRIVATE)}.")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="./dev up", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="serve on this port (8000)")
    parser.add_argument(
        "--watch",
        action=argparse.BooleanOptionalAction,
        default=is_template_repository(),
        help="reload the backend and the frontend when their code changes",
    )
    parser.add_argument("--https", action="store_true", help="serve it with HTTPS too")
    parser.add_argument("--https-port", type=int, default=8443, help="on this port (8443)")
    options = parser.parse_args(arguments)
    if not 0 < options.port < 65536:
        parser.error("--port: expected a number from 1 to 65535")
    return options


def serve_https(application: Application, port: int) -> None:
    """Serve the application's port with HTTPS too, as an origin that it accepts."""
    known = (authority.folder() / "authority.crt").exists()
    https.Relay(port, application.port, https.certificate()).start()
    application.https_url = f"https://localhost:{port}"
    origins = application.setting("FRONTEND_ORIGINS")
    application.environment["FRONTEND_ORIGINS"] = ",".join(
        part for part in (origins, application.https_url) if part
    )
    if not known:
        say(authority.how_to_trust())


@contextmanager
def only_once() -> Iterator[None]:
    """Hold the project's lock for the block. Raises DevError if another `./dev up` has it."""
    PRIVATE.mkdir(exist_ok=True)
    with (PRIVATE / "up.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise DevError(
                f"this project is running already (process {file.read().strip() or 'unknown'})",
                "Use that one, or stop it with Ctrl-C where it was started.",
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def print_addresses(application: Application) -> None:
    """Tell where the application is reached, and the login to use."""
    name = application.setting("PROJECT_NAME") or "The application"
    password = application.setting("FIRST_SUPERUSER_PASSWORD")
    lines = {
        "application" if FRONTEND.is_dir() else "API": application.url,
        "with HTTPS": application.https_url,
        "API docs": f"{application.url}/docs",
        "mail": application.mail_url,
        "login": application.setting("FIRST_SUPERUSER"),
        "password": password and f"{password}   (the initial one, from .env)",
        "logs": relative(LOGS),
    }
    say(f"\n{paint(f'{name} is running.', 'green', 'bold')} Ctrl-C stops it.\n")
    for label, value in lines.items():
        if value:
            say(f"  {label:<12} {paint(value, 'bold')}")
    say()
