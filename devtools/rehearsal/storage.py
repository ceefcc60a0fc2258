"""Backups to S3-compatible storage: rclone serves a folder by that protocol."""

from __future__ import annotations

from dataclasses import replace

from devtools.rehearsal.project import FILES, TEST_FILE, Project
from devtools.rehearsal.report import expect

COMPOSE_FILES = (
    *FILES,
    "docker-compose.backup-s3.yml",
    TEST_FILE,
    "docker/test/docker-compose.storage.yml",
)
SETTINGS = {
    "COMPOSE_FILE": ":".join(COMPOSE_FILES),
    "BACKUP_REPOSITORY": "s3:http://storage:9000/backups",
}
# Those of docker/test/docker-compose.storage.yml.
CREDENTIALS = """[default]
aws_access_key_id = rehearsal
aws_secret_access_key = only-for-rehearsals
"""


def rehearse(rehearsed: Project) -> str:
    """Back up to the storage; the proof restores what comes back from there."""
    project = replace(rehearsed, settings=SETTINGS)
    credentials = project.folder / "secrets" / "backup_s3_credentials"
    credentials.write_text(CREDENTIALS, "utf-8")
    credentials.chmod(0o444)
    try:
        project.compose("up", "--build", "--detach", "--wait", "storage")
        told = project.dev("backup")
        stored = project.compose("exec", "-T", "storage", "find", "/storage/backups", "-type", "f")
    finally:
        project.compose("rm", "--force", "--stop", "--volumes", "storage")
    expect("proved" in told, told)
    expect("/storage/backups/snapshots/" in stored, f"in the storage is: {stored}")
    return f"a backup stored as {len(stored.splitlines())} objects, and proven from there"
