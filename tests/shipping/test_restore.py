"""Which moments `./dev restore --to` takes, and which secret the way back to them needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devtools import secret_files
from devtools.commands.restore import parse_moment
from devtools.errors import DevError


@pytest.mark.parametrize("text", ["2025-11-21 14:05+00", "2025-11-21T15:05+01:00"])
def test_a_moment_is_told_with_its_offset(text: str) -> None:
    assert datetime.fromisoformat(parse_moment(text)) == datetime(2025, 11, 21, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-21 14:05", "yesterday", ""])
def test_what_could_be_another_moment_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(DevError, match="offset from UTC"):
        parse_moment(text)


def test_the_future_is_refused() -> None:
    with pytest.raises(DevError, match="still to come"):
        parse_moment((datetime.now(UTC) + timedelta(hours=1)).isoformat())


@pytest.mark.parametrize("files", ["", "docker-compose.yml:docker-compose.pitr.yml"])
def test_the_role_of_the_archive_gets_a_password_where_there_is_an_archive(
    files: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_files, "FOLDER", tmp_path / "secrets")
    monkeypatch.delenv("COMPOSE_FILE", raising=False)
    made = secret_files.generate({"COMPOSE_FILE": files})
    assert ("database_archive_password" in made) == bool(files)
    assert "database_app_password" in made
