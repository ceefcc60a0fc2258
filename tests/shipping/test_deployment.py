"""What a deploy remembers, what it refuses, and how services become those of a stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools import envfile
from devtools.deployment import images, lock, record, swarm, swarm_backups
from devtools.errors import DevError

NEWER, OLDER = "ghcr.io/me/app@sha256:" + "b" * 64, "ghcr.io/me/app@sha256:" + "a" * 64


@pytest.fixture(autouse=True)
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / ".env"
    path.write_text(f"# Mine.\nDOMAIN=app.test\nAPP_IMAGE={OLDER}\nLAST=1\n")
    monkeypatch.setattr(record, "ENV_FILE", path)
    monkeypatch.setattr(envfile, "ENV_FILE", path)
    return path


def test_what_is_deployed_is_remembered_beside_what_is_set(settings_file: Path) -> None:
    record.write(NEWER, OLDER)
    assert record.read() == (NEWER, OLDER)
    assert settings_file.read_text() == (
        f"# Mine.\nDOMAIN=app.test\nAPP_IMAGE={NEWER}\nLAST=1\nAPP_IMAGE_PREVIOUS={OLDER}\n"
    )
    assert settings_file.stat().st_mode & 0o777 == 0o600
    assert list(settings_file.parent.iterdir()) == [settings_file]


def test_where_nothing_was_deployed_that_is_told(settings_file: Path) -> None:
    assert record.demand() == OLDER
    settings_file.write_text("DOMAIN=app.test\n")
    with pytest.raises(DevError, match="nothing was deployed"):
        record.demand()


def test_a_second_deploy_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PRIVATE", tmp_path)
    with lock.only_one(), pytest.raises(DevError, match="under way"), lock.only_one():
        pytest.fail("both have it")
    with lock.only_one():
        pass


def test_an_image_by_its_digest_is_meant_exactly() -> None:
    assert images.DIGEST.search(NEWER)
    assert images.pin_local(NEWER) == NEWER
    assert not images.DIGEST.search("ghcr.io/me/app:v1")


def test_a_stack_keeps_what_guards_a_service() -> None:
    """`docker stack deploy` passes over what it does not know, such as `tmpfs`, without a word."""
    service = {
        "build": {"context": "."},
        "cap_drop": ["ALL"],
        "depends_on": {"migrate": {"condition": "service_completed_successfully"}},
        "entrypoint": None,
        "image": NEWER,
        "networks": {"data": None},
        "ports": [{"target": 8080, "published": "80", "mode": "host"}],
        "read_only": True,
        "tmpfs": ["/tmp"],
    }
    assert swarm.adapted(service) == {
        "cap_drop": ["ALL"],
        "image": NEWER,
        "networks": ["data"],
        "ports": [{"target": 8080, "published": 80, "mode": "host"}],
        "read_only": True,
        "volumes": [{"type": "tmpfs", "target": "/tmp"}],
    }


def test_a_secret_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    for _ in range(2):
        with pytest.raises(DevError, match=f"{path} is missing or empty"):
            swarm.read_secret(path)
        path.touch()
    path.write_text("x")
    assert swarm.read_secret(path) == b"x"


def test_a_backup_is_restored_where_it_is_kept_and_once() -> None:
    place = {"placement": {"constraints": ["node.labels.database == true"]}}
    stack = {"services": {"backup": {"deploy": place}, "restore": {"image": NEWER}}}
    assert swarm_backups.as_job(stack, "restore", "restore", "latest") == {
        "image": NEWER,
        "command": ["restore", "latest"],
        "deploy": {**place, "mode": "replicated-job", "restart_policy": {"condition": "none"}},
        "healthcheck": {"disable": True},
    }
