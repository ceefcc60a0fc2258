"""`./dev new`: what it checks before it writes, and the repository that it makes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Run, bare_environment, commit_all, git, run


def without(program: str, tmp_path: Path) -> str:
    """Return a PATH that has what the tests need, but not `program`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "sh", "uv", "env"):
        if name != program and (found := shutil.which(name)):
            (folder / name).symlink_to(found)
    return str(folder)


def test_a_folder_with_something_in_it_is_refused(new: Run, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "mine.txt").write_text("mine")
    done = new(tmp_path / "app", "--defaults", code=1)
    assert "exists and is not empty" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "app").iterdir()] == ["mine.txt"]


def test_a_file_in_the_way_is_refused(new: Run, tmp_path: Path) -> None:
    (tmp_path / "app").write_text("mine")
    assert "is not a folder" in new(tmp_path / "app", "--defaults", code=1).stderr
    below = new(tmp_path / "app" / "below", "--defaults", code=1)
    assert "Traceback" not in below.stderr
    assert (tmp_path / "app").read_text() == "mine"


def test_an_empty_folder_is_used(new: Run, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    new(tmp_path / "app", "--defaults")
    assert (tmp_path / "app" / "dev").is_file()


def test_the_template_itself_is_not_a_place_for_a_project(new: Run, template: Path) -> None:
    done = new(template / "app", "--defaults", code=1)
    assert "inside the template's own repository" in done.stderr
    assert not (template / "app").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_writable_is_refused(new: Run, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    done = new(tmp_path / "app", "--defaults", code=1)
    tmp_path.chmod(0o755)
    assert f"no permission to write in {tmp_path}" in done.stderr


def test_a_machine_without_git_is_told(new: Run, tmp_path: Path) -> None:
    done = new(tmp_path / "app", "--defaults", code=1, PATH=without("git", tmp_path))
    assert "git is needed" in done.stderr
    assert "apt-get install git" in done.stderr
    assert not (tmp_path / "app").exists()


def test_a_port_in_use_is_told_before_anything_is_made(new: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = new(tmp_path / "app", "--defaults", "--up", "--port", str(port), code=1)
    assert f"port {port} is in use" in done.stderr
    assert not (tmp_path / "app").exists()


def test_questions_need_a_terminal(new: Run, tmp_path: Path) -> None:
    done = new(tmp_path / "app", code=1)
    assert "not a terminal" in done.stderr
    assert "--defaults" in done.stderr
    assert not (tmp_path / "app").exists()


def test_the_user_of_git_is_the_author_where_he_is_known(new: Run, tmp_path: Path) -> None:
    new(tmp_path / "unknown", "--defaults")
    assert git("log", "--format=%an", cwd=tmp_path / "unknown") == "Dovetail"
    identity = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com"}
    committer = {name.replace("AUTHOR", "COMMITTER"): value for name, value in identity.items()}
    new(tmp_path / "known", "--defaults", **identity, **committer)
    assert git("log", "--format=%an", cwd=tmp_path / "known") == "Ada"


def test_hooks_and_signing_of_the_user_do_not_stop_it(new: Run, tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    hook = tmp_path / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    config = tmp_path / "config"
    config.write_text(f"[commit]\ngpgSign = true\n[core]\nhooksPath = {tmp_path / 'hooks'}\n")
    new(tmp_path / "app", "--defaults", GIT_CONFIG_GLOBAL=str(config))
    assert git("rev-list", "--count", "HEAD", cwd=tmp_path / "app") == "1"


def test_the_answers_name_a_commit_that_stays_even_of_a_dirty_checkout(
    template: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "template"
    git("clone", "--quiet", str(template), str(copy), cwd=tmp_path)
    git("remote", "set-url", "origin", "https://user:secret@example.com/dovetail.git", cwd=copy)
    (copy / "template" / "NOTICE.jinja").write_text("{{ project_name }} is dirty\n")
    env = bare_environment(tmp_path)
    run(sys.executable, copy / "dev", "new", tmp_path / "app", "--defaults", cwd=tmp_path, env=env)
    assert (tmp_path / "app" / "NOTICE").read_text() == "My App is dirty\n"
    answers = (tmp_path / "app" / ".copier-answers.yml").read_text("utf-8")
    assert f"_commit: {git('rev-parse', 'HEAD', cwd=copy)}\n" in answers
    assert "_src_path: https://example.com/dovetail.git\n" in answers
    commit_all(copy, "Only here")
    run(sys.executable, copy / "dev", "new", tmp_path / "two", "--defaults", cwd=tmp_path, env=env)
    answers = (tmp_path / "two" / ".copier-answers.yml").read_text("utf-8")
    assert f"_src_path: {copy}\n" in answers


def test_an_unknown_command_is_answered_with_the_likely_one(tmp_path: Path) -> None:
    done = run("./dev", "tset", cwd=ROOT, env=bare_environment(tmp_path), code=1)
    assert "there is no command 'tset'" in done.stderr
    assert "Did you mean `./dev test`?" in done.stderr


def test_alone_it_lists_the_commands(project: Path, tmp_path: Path) -> None:
    env = bare_environment(tmp_path)
    ours, theirs = (run("./dev", cwd=folder, env=env).stdout for folder in (ROOT, project))
    assert ours == run("./dev", "--help", cwd=ROOT, env=env).stdout
    for name in ("up", "test", "lint", "client", "migrate", "lock", "new"):
        assert f"  {name} " in ours
    assert "  up " in theirs
    assert "  new " not in theirs


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8", "3.10"])
def test_an_old_python_is_told_which_one_is_needed(version: str, tmp_path: Path) -> None:
    pyenv = Path.home() / ".pyenv" / "versions"
    found = [*sorted(pyenv.glob(f"{version}.*/bin/python")), shutil.which(f"python{version}")]
    old = next((path for path in found if path and works(path, version)), None)
    if old is None:
        pytest.skip(f"Python {version} is not installed")
    done = run(old, ROOT / "dev", cwd=tmp_path, env={"PATH": str(tmp_path)}, code=1)
    assert "Python 3.11 or newer is needed" in done.stderr
    assert f"this is Python {version}" in done.stderr


def works(python: str | Path, version: str) -> bool:
    """Tell whether a Python runs, and is of a version (a version manager's shim may be neither)."""
    code = "import sys; print('{0}.{1}'.format(*sys.version_info))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version
