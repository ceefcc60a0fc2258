"""The secrets of a deployment: files in `secrets/`, one value each, mounted in /run/secrets."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from devtools import authority
from devtools.paths import ROOT

FOLDER = ROOT / "secrets"
# How many random bytes each takes that is made here.
GENERATED = {
    "secret_key": 48,
    "first_superuser_password": 15,
    "postgres_password": 24,
    "database_owner_password": 24,
    "database_app_password": 24,
    "database_backup_password": 24,
    "backup_passphrase": 32,
}
# The same for one that only projects with a certain Compose file need.
ARCHIVE_FILE = "docker-compose.pitr.yml"
OPTIONAL = {"database_archive_password": 24}
CERTIFICATE, KEY = "tls_certificate", "tls_key"


def write(name: str, value: str) -> None:
    """Write one secret.

    The folder is closed to other users; the file itself is not, since Compose mounts it into a
    container as it is, where the user is another one.
    """
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    FOLDER.chmod(0o700)
    path = FOLDER / name
    path.unlink(missing_ok=True)
    path.write_text(value, "utf-8")
    path.chmod(0o444)


def generate(settings: dict[str, str]) -> list[str]:
    """Make the secrets that are missing; return their names.

    Those that `.env` has already are taken over, so that both ways of running agree.
    """
    files = os.environ.get("COMPOSE_FILE") or settings.get("COMPOSE_FILE", "")
    wanted = GENERATED | (OPTIONAL if ARCHIVE_FILE in files else {})
    made = [name for name in wanted if not (FOLDER / name).exists()]
    for name in made:
        write(name, settings.get(name.upper()) or secrets.token_urlsafe(wanted[name]))
    return made


def certify(domain: str) -> bool:
    """Make the development certificate unless it is current; tell whether one was made."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    certificate = FOLDER / CERTIFICATE
    if authority.is_current(certificate, domain):
        return False
    authority.issue(domain, certificate, FOLDER / KEY)
    for path in (certificate, FOLDER / KEY):
        path.chmod(0o444)
    return True


def missing(names: list[str]) -> list[Path]:
    """Return the files, of those named, that are missing or empty."""
    paths = [FOLDER / name for name in names]
    return [path for path in paths if not path.is_file() or path.stat().st_size == 0]
