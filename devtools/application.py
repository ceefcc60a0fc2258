"""The application's processes: database, mail catcher, web server, worker, and Vite."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devtools import node, ports
from devtools.install import PYTHON
from devtools.paths import BACKEND, FRAMEWORK, FRONTEND, PRIVATE, ROOT, VENV
from devtools.processes import call_step
from devtools.progress import step
from devtools.supervisor import Supervisor, answers, line_with

READY = "/api/v1/health/ready"
START_TIMEOUT = 60.0
MAIL_PORT = 8025
MAIL = PRIVATE / "mail"
URL = r"(postgres(?:ql)?(?:\+\w+)?://\S+)"


@dataclass
class Application:
    """Starts the application's processes under a supervisor, and knows where it is reached.

    `settings` is what `.env` holds; `environment` is what the processes get on top of it; caught
    mail is kept in the folder `mail`.
    """

    supervisor: Supervisor
    port: int
    settings: Mapping[str, str]
    watch: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    mail: Path = MAIL
    mail_url: str = ""
    https_url: str = ""

    @property
    def url(self) -> str:
        """The one address that the application is reached at."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start all, and return when the application can serve. Raises DevError if it cannot."""
        self.environment["DOMAIN"] = f"localhost:{self.port}"
        if not self.setting("DATABASE_URL"):
            self.start_database()
        if not self.setting("SMTP_HOST"):
            self.start_mail_catcher()
        command = [PYTHON, "-m", "app.core.migrate"]
        call_step("Migrating the database", command, cwd=BACKEND, env=self.environment)
        with step("Starting the application"):
            self.start_web()
            self.start_worker()
            ready = f"http://127.0.0.1:{self.port}{READY}"
            self.supervisor.wait_for(
                "The application's readiness", lambda: answers(ready), START_TIMEOUT
            )

    def setting(self, name: str) -> str:
        """Return a setting as the processes will see it; empty if it is not set."""
        inherited = os.environ.get(name, self.settings.get(name, ""))
        return self.environment.get(name, inherited)

    def start_database(self) -> None:
        """Start the embedded PostgreSQL, and take its address for the other processes."""
        with step("Starting PostgreSQL"):
            command = [PYTHON, "-m", "app.core.embedded"]
            service = self.supervisor.start(
                "database", command, cwd=BACKEND, env=self.environment, foundation=True
            )
            self.supervisor.wait_for(
                "PostgreSQL's start", lambda: line_with(service, URL) is not None, START_TIMEOUT
            )
            if match := line_with(service, URL):
                self.environment["DATABASE_URL"] = match[1]

    def start_mail_catcher(self) -> None:
        """Start the SMTP server that keeps mail and shows it in the browser."""
        smtp = ports.find_free()
        web = MAIL_PORT if not ports.in_use(MAIL_PORT) else ports.find_free()
        addresses = ("--smtp-port", str(smtp), "--http-port", str(web))
        command = [PYTHON, "-m", "devtools.mailcatcher", *addresses, "--folder", str(self.mail)]
        self.supervisor.start("mail", command, cwd=ROOT, env=self.environment)
        self.mail_url = f"http://localhost:{web}"
        self.environment |= {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(smtp),
            "SMTP_USER": "",
            "SMTP_PASSWORD": "",
            "SMTP_TLS": "none",
        }

    def start_web(self) -> None:
        """Start the web server; while working on the code, with Vite in front of it."""
        vite = self.watch and FRONTEND.is_dir()
        inner = ports.find_free() if vite else self.port
        dovetail = [str(VENV / "bin" / "dovetail"), "dev" if self.watch else "run", "app.main:app"]
        watched = [part for folder in self.watched() for part in ("--reload-dir", folder)]
        command = [*dovetail, "--host", "127.0.0.1", "--port", str(inner), *watched]
        self.supervisor.start("web", command, cwd=BACKEND, env=self.environment)
        if vite:
            self.start_vite(inner)

    def watched(self) -> list[str]:
        """Return the folders of Python code to reload on changes; none if it is not asked for."""
        folders = [folder for folder in (BACKEND / "app", FRAMEWORK / "src") if folder.is_dir()]
        return [str(folder) for folder in folders] if self.watch else []

    def start_vite(self, backend_port: int) -> None:
        """Start Vite on the application's port; it passes on what the backend answers."""
        env = {
            **self.environment,
            **node.environment(),
            "PORT": str(self.port),
            "VITE_BACKEND_URL": f"http://127.0.0.1:{backend_port}",
        }
        self.supervisor.start("vite", node.npm("run", "dev"), cwd=FRONTEND, env=env)

    def start_worker(self) -> None:
        """Start the worker of durable jobs; while working on the code anew after each change."""
        if not self.watch:
            command = [PYTHON, "-m", "app.core.worker"]
            self.supervisor.start("worker", command, cwd=BACKEND, env=self.environment)
            return
        worker = shlex.join([PYTHON, "-m", "app.core.worker"])
        watchfiles = [str(VENV / "bin" / "watchfiles"), "--filter", "python"]
        command = [*watchfiles, "--target-type", "command", worker, *self.watched()]
        self.supervisor.start("worker", command, cwd=BACKEND, env=self.environment)
