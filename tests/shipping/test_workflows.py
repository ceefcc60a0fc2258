"""The workflows: valid, pinned by hash, with no more rights than they need."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted(
    path
    for folder in (ROOT / ".github", ROOT / "template" / ".github")
    for path in folder.glob("workflows/*.yml")
)
TOOLS = Path(sys.executable).parent
USES = re.compile(r"uses: (\S+)(?: # (v[\d.]+))?$", re.MULTILINE)


def tool(name: str) -> str:
    found = shutil.which(name, path=f"{TOOLS}") or shutil.which(name)
    assert found, f"{name} is missing: it is in requirements/dev.txt"
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: f"{path.parts[-4]}-{path.name}")
def test_actions_are_pinned_by_hash_and_named_by_version(path: Path) -> None:
    for action, version in USES.findall(path.read_text("utf-8")):
        if not action.startswith("$/"):
            assert re.search(r"@[0-9a-f]{40}$", action), f"{action} may change"
            assert version, f"{action}: which version?"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: f"{path.parts[-4]}-{path.name}")
def test_rights_are_given_job_by_job(path: Path) -> None:
    workflow: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert "permissions" in job, f"{name} takes whatever is given"


def test_a_deploy_waits_for_the_tests() -> None:
    path = ROOT / "template" / ".github" / "workflows" / "release.yml"
    if not path.exists():
        path = ROOT / ".github" / "workflows" / "release.yml"
    jobs: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    assert jobs["images"]["needs"] == "ci"
    if "production" in jobs:
        assert "images" in jobs["staging"]["needs"]
        assert "staging" in jobs["production"]["needs"]


def test_an_image_gets_its_name_after_the_search_and_the_signature() -> None:
    path = ROOT / ".github" / "workflows" / "images.yml"
    steps: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["jobs"]["build"]["steps"]
    names = [step.get("name") or step.get("id") or step["uses"].partition("@")[0] for step in steps]
    order = ["build", "Search for known vulnerabilities", "Sign", "Name it by its version"]
    assert [name for name in names if name in order] == order
    build = steps[names.index("build")]["with"]
    assert "push-by-digest=true" in build["outputs"]
    assert "tags" not in build
    assert build["sbom"] is True
    assert build["provenance"] == "mode=max"


def test_they_fit_the_published_schema() -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, *WORKFLOWS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing() -> None:
    command = [tool("zizmor"), "--offline", "--quiet", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted(ROOT.glob("docker/*/*Dockerfile")), ids=str)
def test_hadolint_finds_nothing(path: Path) -> None:
    done = subprocess.run([tool("hadolint"), path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
