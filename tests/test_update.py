"""`copier update`: what changed in the template and what the user changed are merged."""

from __future__ import annotations

import sys
from pathlib import Path

from conftest import bare_environment, commit_all, git, run


def test_an_update_merges_both_sides(template: Path, home: Path, tmp_path: Path) -> None:
    env = bare_environment(home, GIT_CONFIG_GLOBAL=str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text("[user]\nname = Test\nemail = test@example.com\n")
    source, project = tmp_path / "template", tmp_path / "app"
    git("clone", "--quiet", str(template), str(source), cwd=tmp_path)
    git("remote", "remove", "origin", cwd=source)
    run(sys.executable, source / "dev", "new", project, "--defaults", cwd=tmp_path, env=env)
    secrets = (project / ".env").read_text("utf-8")

    shared = "backend/pyproject.toml"
    text = (source / shared).read_text("utf-8")
    (source / shared).write_text(text.replace('version = "0.1.0"', 'version = "0.2.0"'))
    (source / "backend" / "app" / "kit" / "added.py").write_text('"""From the template."""\n')
    example = source / "template" / ".env.example.jinja"
    example.write_text(example.read_text("utf-8") + "ADDED=1\n")
    commit_all(source, "Change the template")
    (project / shared).write_text((project / shared).read_text("utf-8") + "\n# mine\n")
    (project / "backend" / "app" / "kit" / "mine.py").write_text('"""From the user."""\n')
    commit_all(project, "Change the project")

    copier = source / ".dev" / "tools" / "copier" / "bin" / "copier"
    run(copier, "update", "--defaults", "--quiet", cwd=project, env=env)

    merged = (project / shared).read_text("utf-8")
    assert 'version = "0.2.0"' in merged
    assert merged.endswith("# mine\n")
    assert (project / "backend" / "app" / "kit" / "added.py").is_file()
    assert (project / "backend" / "app" / "kit" / "mine.py").is_file()
    assert (project / ".env.example").read_text("utf-8").endswith("ADDED=1\n")
    assert (project / ".env").read_text("utf-8") == secrets
    conflicts = git("diff", "--name-only", "--diff-filter=U", cwd=project)
    assert conflicts == ""
    answers = (project / ".copier-answers.yml").read_text("utf-8")
    assert git("rev-parse", "--short", "HEAD", cwd=source) in answers
