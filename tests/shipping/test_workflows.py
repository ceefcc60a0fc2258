"""The workflows: valid, pinned by hash, with no more rights than they need."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import commit_all, git

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted(
    path
    for folder in (ROOT / ".github", ROOT / "template" / ".github")
    for path in folder.glob("workflows/*.yml")
)
RELEASE = ROOT / "template" / ".github" / "workflows" / "release.yml"
DEPLOY = RELEASE.with_name("deploy.yml")
PUBLISHING = {"packages", "id-token", "attestations"}
# Jobs that may change something, and what.
WRITING = {
    ("images", "build"): PUBLISHING,
    ("release", "images"): PUBLISHING,
    ("update", "locks"): {"contents", "pull-requests"},
}
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
        writing = {right for right, degree in job["permissions"].items() if degree != "read"}
        assert writing == WRITING.get((path.stem, name), set())


def jobs_of(path: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    return jobs


def test_a_deploy_waits_for_the_tests() -> None:
    jobs = jobs_of(RELEASE)
    needs = {name: job.get("needs", []) for name, job in jobs.items()}
    assert needs == {
        "ci": [],
        "images": "ci",
        "staging": "images",
        "production": ["images", "staging"],
    }
    assert jobs["ci"]["uses"].endswith("/ci.yml")
    # Neither would wait for what it needs any more.
    called = [jobs, jobs_of(DEPLOY), *(jobs_of(path) for path in WORKFLOWS if path.stem == "ci")]
    for job in (job for jobs in called for job in jobs.values()):
        assert not {"if", "continue-on-error"} & job.keys()


def test_what_opens_a_server_is_the_secret_of_an_environment() -> None:
    """A repository's secret would be handed to any job, also to one of a branch."""
    secret = "${{ secrets.DEPLOY_SSH_KEY }}"
    for name in ("staging", "production"):
        job = jobs_of(RELEASE)[name]
        assert job["with"]["environment"] == name
        assert job["secrets"] == {"DEPLOY_SSH_KEY": secret}
    job = jobs_of(DEPLOY)["deploy"]
    assert job["environment"] == "${{ inputs.environment }}"
    assert [step["env"]["KEY"] for step in job["steps"] if "env" in step] == [secret]


def test_the_commands_that_are_called_exist() -> None:
    places = (".pre-commit-config.yaml", ".devcontainer/devcontainer.json")
    for path in (*WORKFLOWS, *(ROOT / place for place in places)):
        for name in re.findall(r"\./dev ([a-z-]+)", path.read_text("utf-8")):
            module = f"{name.replace('-', '_')}.py"
            assert (ROOT / "devtools" / "commands" / module).exists(), f"{path}: ./dev {name}"
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]
    assert [hook["entry"] for hook in hooks["hooks"]] == ["./dev lint", "./dev client --check"]
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert container["postCreateCommand"] == "./dev install"


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


class Server:
    """A server that is reached by a stand-in for `ssh`, which runs the command here."""

    def __init__(self, folder: Path, tag: str) -> None:
        self.calls = folder / "calls"
        self.home = folder / "home"
        self.app = folder / "my app"
        programs = folder / "programs"
        for made in (self.home, programs):
            made.mkdir()
        script(programs / "ssh", 'shift $(($# - 1)); exec bash -c "$1"')
        upstream = folder / "upstream"
        upstream.mkdir()
        git("init", "--quiet", "--initial-branch=main", cwd=upstream)
        script(upstream / "dev", f'echo "$(git describe --tags)" "$@" >>\'{self.calls}\'')
        commit_all(upstream, "The project")
        git("tag", "v1", cwd=upstream)
        git("clone", "--quiet", str(upstream), str(self.app), cwd=folder)
        git("commit", "--quiet", "--allow-empty", "--message", "More", cwd=upstream)
        git("tag", tag, cwd=upstream)
        self.environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "TARGET": "deploy@example.com",
            "FOLDER": str(self.app),
            "KNOWN_HOSTS": "example.com ssh-ed25519 AAAA",
            "OPTIONS": "--swarm",
            "IMAGE": "ghcr.io/me/app@sha256:0",
            "VERSION": tag,
        }

    def run(self, step: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a step of the workflow as a runner does."""
        steps = {each["name"]: each for each in jobs_of(DEPLOY)["deploy"]["steps"]}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps[step]["run"]]
        environment = {**self.environment, **env}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/bash\nset -eu\n{text}\n")
    path.chmod(0o755)


def test_a_deploy_runs_the_version_on_the_server_and_can_go_back(tmp_path: Path) -> None:
    tag = "v2';touch${IFS}owned;'"
    server = Server(tmp_path, tag)
    assert server.run("Prepare SSH", KEY="a key").returncode == 0
    key = server.home / ".ssh" / "deploy"
    assert key.read_text() == "a key\n"
    assert key.stat().st_mode & 0o777 == 0o600
    done = server.run("Deploy")
    assert done.returncode == 0, done.stderr
    done = server.run("Go back")
    assert done.returncode == 0, done.stderr
    assert server.calls.read_text().splitlines() == [
        f"{tag} deploy ghcr.io/me/app@sha256:0 --swarm",
        f"{tag} rollback --swarm",
    ]
    assert not (server.app / "owned").exists()


def test_a_key_that_is_missing_is_named(tmp_path: Path) -> None:
    done = Server(tmp_path, "v2").run("Prepare SSH", KEY="")
    assert done.returncode != 0
    assert "DEPLOY_SSH_KEY" in done.stderr


def test_it_is_asked_from_outside_and_taken_back_if_that_fails() -> None:
    steps = {each["name"]: each for each in jobs_of(DEPLOY)["deploy"]["steps"]}
    assert list(steps) == ["Prepare SSH", "Deploy", "Ask from outside", "Go back"]
    assert "--fail" in steps["Ask from outside"]["run"]
    assert steps["Go back"]["if"] == "failure() && steps.deploy.outcome == 'success'"
    assert steps["Deploy"]["id"] == "deploy"
    assert not [name for name, step in steps.items() if "continue-on-error" in step]


def test_they_fit_the_published_schema() -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, *WORKFLOWS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_updates_fit_the_published_schema() -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.dependabot"]
    path = ROOT / ".github" / "dependabot.yml"
    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    folders = [
        folder
        for update in yaml.safe_load(path.read_text("utf-8"))["updates"]
        for folder in update.get("directories", [update.get("directory")])
    ]
    assert not [folder for folder in folders if not (ROOT / folder.lstrip("/")).is_dir()]


def test_zizmor_finds_nothing() -> None:
    command = [tool("zizmor"), "--offline", "--quiet", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted(ROOT.glob("docker/*/*Dockerfile")), ids=str)
def test_hadolint_finds_nothing(path: Path) -> None:
    done = subprocess.run([tool("hadolint"), path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
