"""The project that is rehearsed: a copy of this one, with settings and secrets of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devtools.docker import DockerFailed, docker
from devtools.errors import DevError
from devtools.paths import ENV_EXAMPLE, PRIVATE, ROOT
from devtools.processes import environment, output

FOLDER = PRIVATE / "rehearsal"
DOMAIN = "app.test"
SLUG = "rehearsal"
FILES = ("docker-compose.yml", "docker-compose.prod.yml", "docker-compose.certificate.yml")
TEST_FILE = "docker/test/docker-compose.test.yml"
SETTINGS = {
    "PROJECT_NAME": '"Rehearsal"',
    "PROJECT_SLUG": SLUG,
    "DOMAIN": DOMAIN,
    "ENVIRONMENT": "production",
    "FIRST_SUPERUSER": "admin@example.com",
    "EMAILS_FROM": "noreply@example.com",
    "SMTP_HOST": "mail",
    "SMTP_PORT": "1025",
    "SMTP_TLS": "none",
    "COMPOSE_FILE": ":".join((*FILES, TEST_FILE)),
    # The load comes from one address.
    "RATE_LIMIT_PER_SECOND": "100000",
    "RATE_LIMIT_BURST": "100000",
}
NOT_COPIED = {".git", ".venv", ".dev", ".env", "secrets", "node_modules", "dist", "__pycache__"}


@dataclass(frozen=True)
class Project:
    """A folder with a project in it, and how to run its commands."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    """What is set otherwise than in its `.env`."""

    @property
    def authority(self) -> Path:
        """The folder of the certificate authority that this rehearsal trusts."""
        return self.folder.parent / "authority"

    @property
    def env(self) -> dict[str, str]:
        """The environment for the project's commands: nothing of the user's own deployment."""
        return {"DEV_AUTHORITY": str(self.authority), **self.settings}

    def secret(self, name: str) -> str:
        """Return one of the project's secrets."""
        return (self.folder / "secrets" / name).read_text("utf-8")

    def compose(self, *arguments: str) -> str:
        """Run a Compose command of the project. Raises DockerFailed."""
        return docker("compose", "--progress", "plain", *arguments, env=self.env, cwd=self.folder)

    def docker(self, *arguments: str) -> str:
        """Run a Docker command. Raises DockerFailed."""
        return docker(*arguments, cwd=self.folder)

    def dev(self, *arguments: str, **env: str) -> str:
        """Run a `./dev` command of the project and return what it prints. Raises DevError."""
        done = subprocess.run(
            [sys.executable, "dev", *arguments],
            cwd=self.folder,
            env=environment({**self.env, **env}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DevError(f"./dev {' '.join(arguments)} failed:\n{done.stdout[-4000:]}")
        return done.stdout

    def sql(self, query: str) -> str:
        """Return the rows of a query as the database's superuser, one line each."""
        login = "export PGPASSWORD=$(cat /run/secrets/postgres_password)"
        command = f'{login}; psql -XAt -U postgres -d app -c "{query}"'
        return self.compose("exec", "-T", "database", "sh", "-c", command)

    def in_container(self, service: str, code: str) -> str:
        """Return what Python code prints in a service's container."""
        return self.compose("exec", "-T", service, "python", "-c", code)


def sources() -> list[Path]:
    """Return the files that make up the project: git's list, or what is in a folder without git."""
    listed = output(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
    if listed is not None:
        return [path for name in listed.splitlines() if (path := ROOT / name).is_file()]
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_COPIED]
        found += [Path(folder, name) for name in names if name not in NOT_COPIED]
    return found


def prepare() -> Project:
    """Copy the project, and give the copy settings, secrets and a certificate of its own."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    project = Project(FOLDER / "project")
    os.environ["DEV_AUTHORITY"] = str(project.authority)
    for path in sources():
        copy = project.folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    lines = [
        line
        for line in ENV_EXAMPLE.read_text("utf-8").splitlines()
        if line.partition("=")[0] not in SETTINGS
    ]
    lines += [f"{name}={value}" for name, value in SETTINGS.items()]
    (project.folder / ".env").write_text("\n".join(lines) + "\n", "utf-8")
    project.dev("secrets")
    password = project.folder / "secrets" / "smtp_password"
    password.write_text("not asked for here", "utf-8")
    password.chmod(0o444)
    return project


def remove(project: Project) -> None:
    """Remove all containers, volumes and networks of the rehearsal."""
    project.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "5")


def images() -> dict[str, int]:
    """Return the sizes, in bytes, of the images that were built."""
    sizes = {}
    for name in ("app", "proxy", "backup"):
        try:
            shown = json.loads(docker("image", "inspect", f"{SLUG}-{name}:latest"))
        except DockerFailed:
            continue
        sizes[name] = shown[0]["Size"]
    return sizes
