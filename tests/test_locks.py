"""The lock files: exact, hashed, and naming no index."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_has_a_version_and_hashes(lock: Path) -> None:
    requirements = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))
    assert len(requirements) > 1
    for requirement in requirements[1:]:
        assert PINNED.match(requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_index_and_no_path_is_named(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ file", text)


def test_the_frontend_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package.get("integrity") or package.get("inBundle"), name


def test_development_uses_the_versions_that_are_shipped() -> None:
    app, dev = (
        dict(PINNED.findall((ROOT / "requirements" / f"{name}.txt").read_text("utf-8")))
        for name in ("app", "dev")
    )
    assert app.items() <= dev.items()


def test_fastapi_is_not_among_the_dependencies() -> None:
    for lock in LOCKS:
        assert "fastapi" not in dict(PINNED.findall(lock.read_text("utf-8"))), lock.name
