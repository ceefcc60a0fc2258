"""What the template renders, by its defaults and by each option."""

from __future__ import annotations

import re
import stat
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, Run, bare_environment, git, run

REPOSITORY_ONLY = [
    "copier.yml",
    "template",
    "tests",
    "docs/decisions",
    "docs/images",
    "docs/conformance.md",
    "devtools/generator",
    "devtools/commands/new.py",
    "devtools/commands/conformance.py",
    "devtools/commands/bench.py",
    "requirements/copier.in",
    "requirements/copier.txt",
    "framework/tests",
    "framework/benchmarks",
    "framework/conformance",
]


def committed(folder: Path) -> list[str]:
    """Return the files in the last commit of a repository."""
    return git("ls-tree", "-r", "--name-only", "HEAD", cwd=folder).splitlines()


def settings(folder: Path) -> dict[str, str]:
    """Return what is set in a project's `.env`."""
    lines = (folder / ".env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match("[A-Z]", line))


def test_the_defaults_hold_every_part(project: Path) -> None:
    names = committed(project)
    for wanted in (
        "dev",
        "backend/app/main.py",
        "backend/app/items/models.py",
        "framework/src/dovetail/applications.py",
        "frontend/package-lock.json",
        "frontend/src/client/sdk.gen.ts",
        "requirements/dev.txt",
        "README.md",
        "pyproject.toml",
        ".env.example",
        ".gitignore",
        ".gitattributes",
        ".copier-answers.yml",
        ".devcontainer/devcontainer.json",
        ".github/dependabot.yml",
        ".github/workflows/deploy.yml",
        ".github/workflows/images.yml",
        ".pre-commit-config.yaml",
        "docker-compose.prod.yml",
        "docker-compose.swarm.yml",
        "docker/app/Dockerfile",
        "docs/backups.md",
        "traefik/dynamic/app.yml",
    ):
        assert wanted in names


def test_the_entry_point_is_this_one_and_can_be_run(project: Path) -> None:
    # Copier takes the mode of a link for that of its target: `dev` is an include for that reason.
    assert (project / "dev").read_bytes() == (ROOT / "dev").read_bytes()
    assert (project / "dev").stat().st_mode & stat.S_IXUSR
    assert git("ls-files", "--stage", "dev", cwd=project).startswith("100755")


def test_what_is_only_for_this_repository_is_left_out(project: Path) -> None:
    assert [name for name in REPOSITORY_ONLY if (project / name).exists()] == []
    for name in ("dependabot.yml", "workflows/images.yml"):
        assert (project / ".github" / name).read_bytes() == (ROOT / ".github" / name).read_bytes()


def test_scripts_keep_their_line_endings_on_windows(project: Path) -> None:
    for name in ("dev", "docker/backup/backup", "docker/archive/archive.py"):
        assert git("check-attr", "eol", name, cwd=project) == f"{name}: eol: lf"


def test_nobody_has_to_trust_it() -> None:
    """Tasks, migrations and extensions would make copier ask for that. No secret is asked for."""
    text = (ROOT / "copier.yml").read_text("utf-8")
    assert not re.search(r"^_(tasks|migrations|jinja_extensions):", text, re.MULTILINE)
    secret = re.findall(r"^(\w+):\n(?:  .*\n)*?  secret: true\n  when: false\n", text, re.MULTILINE)
    assert secret == ["secret_key", "superuser_password"]
    assert text.count("secret: true") == len(secret)


def test_the_project_is_a_repository_with_one_clean_commit(project: Path) -> None:
    assert git("rev-list", "--count", "HEAD", cwd=project) == "1"
    assert git("status", "--porcelain", cwd=project) == ""


def test_links_have_become_files_and_nothing_is_left_to_render(project: Path) -> None:
    for name in committed(project):
        assert not (project / name).is_symlink(), name
        assert not name.endswith(".jinja"), name
        assert "{{" not in name


def test_no_live_file_would_be_rendered_by_accident() -> None:
    listing = git("ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()
    live = [name for name in listing if not name.startswith("template/")]
    assert [name for name in live if name.endswith(".jinja")] == []


def test_secrets_are_generated_for_each_project_and_never_committed(
    project: Path, new: Run, tmp_path: Path
) -> None:
    new(tmp_path / "second", "--defaults")
    first, second = settings(project), settings(tmp_path / "second")
    for name, length in (("SECRET_KEY", 64), ("FIRST_SUPERUSER_PASSWORD", 20)):
        assert len(first[name]) >= length
        assert first[name] != second[name]
        assert run("git", "grep", "-q", first[name], cwd=project, env={}, code=1).stdout == ""
    assert ".env" not in committed(project)
    assert stat.S_IMODE((project / ".env").stat().st_mode) == 0o600


def test_the_example_of_the_settings_names_what_is_set_and_no_secret(project: Path) -> None:
    example = (project / ".env.example").read_text("utf-8")
    names = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    assert names == settings(project).keys()
    assert "\nSECRET_KEY=\n" in example
    assert "\nFIRST_SUPERUSER_PASSWORD=\n" in example


def test_this_repository_has_the_same_settings_as_a_project(project: Path) -> None:
    pattern = re.compile(r"^(?:# )?([A-Z_]+)=", re.MULTILINE)
    ours = pattern.findall((ROOT / ".env.example").read_text("utf-8"))
    assert ours == pattern.findall((project / ".env.example").read_text("utf-8"))


def test_answers_reach_the_settings_and_the_readme(new: Run, tmp_path: Path) -> None:
    data = {
        "project_name": "Bear & Böttcher's",
        "domain": "shop.example.org",
        "superuser_email": "ada@example.org",
    }
    options = [part for name, value in data.items() for part in ("--data", f"{name}={value}")]
    new(tmp_path / "shop", "--defaults", *options)
    found = settings(tmp_path / "shop")
    assert found["PROJECT_NAME"] == '"Bear & Böttcher\'s"'
    assert found["PROJECT_SLUG"] == "bear-b-ttcher-s"
    assert found["DOMAIN"] == "shop.example.org"
    assert found["FIRST_SUPERUSER"] == "ada@example.org"
    assert found["EMAILS_FROM"] == "noreply@shop.example.org"
    readme = (tmp_path / "shop" / "README.md").read_text("utf-8")
    assert readme.startswith("# Bear & Böttcher's\n")


@pytest.mark.parametrize(
    "answer",
    [
        "project_name= ",
        'project_name=say "hi"',
        "project_name=$HOME",
        f"project_name={'x' * 61}",
        "project_slug=1st",
        "project_slug=Upper",
        "project_slug=two--hyphens",
        "project_slug=end-",
        "domain=https://example.com",
        "domain=example.com/path",
        "domain=-example.com",
        "superuser_email=nobody",
        "superuser_email=a@b c.com",
        "framework=elsewhere",
    ],
)
def test_an_answer_that_cannot_work_is_refused(new: Run, tmp_path: Path, answer: str) -> None:
    done = new(tmp_path / "app", "--defaults", "--data", answer, code=1)
    assert answer.partition("=")[0] in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "app").exists()


def test_without_the_frontend(new: Run, tmp_path: Path) -> None:
    new(tmp_path / "api", "--defaults", "--data", "include_frontend=false")
    names = committed(tmp_path / "api")
    assert not [name for name in names if name.startswith(("frontend/", "e2e/"))]
    updates = (tmp_path / "api" / ".github" / "dependabot.yml").read_text("utf-8")
    assert "npm" not in updates
    assert "docker" in updates
    assert "frontend" not in (tmp_path / "api" / "README.md").read_text("utf-8").lower()


def test_without_the_example(new: Run, tmp_path: Path) -> None:
    new(tmp_path / "plain", "--defaults", "--data", "include_example=false")
    names = committed(tmp_path / "plain")
    assert [name for name in names if re.search(r"\bitems?\b", name)] == []
    assert "frontend/src/routes/login.tsx" in names


def test_with_the_core_from_an_index(new: Run, home: Path, tmp_path: Path) -> None:
    options = ("--data", "framework=index", "--data", "include_frontend=false")
    new(tmp_path / "indexed", "--defaults", *options)
    folder = tmp_path / "indexed"
    assert not (folder / "framework").exists()
    done = run("./dev", "install", cwd=folder, env=bare_environment(home), code=1)
    assert "does not pin the package `dovetail`" in done.stderr
    assert "./dev lock" in done.stderr
    # Stands in for an index that has the package.
    wheels = tmp_path / "wheels"
    build = ["-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)]
    run(sys.executable, *build, cwd=ROOT / "framework", env=bare_environment(home))
    env = bare_environment(home, UV_FIND_LINKS=str(wheels))
    run("./dev", "lock", cwd=folder, env=env)
    assert "\ndovetail==" in (folder / "requirements" / "app.txt").read_text("utf-8")
    run("./dev", "install", cwd=folder, env=env)
    where = run(
        folder / ".venv" / "bin" / "python",
        "-c",
        "import dovetail; print(dovetail.__file__)",
        cwd=folder,
        env=env,
    )
    assert ".venv" in where.stdout


def test_the_version_that_an_index_is_asked_for_is_this_one() -> None:
    asked = (ROOT / "requirements" / "framework.in").read_text("utf-8")
    package = tomllib.loads((ROOT / "framework" / "pyproject.toml").read_text("utf-8"))
    assert f"\ndovetail=={package['project']['version']}\n" in asked


def test_copier_alone_renders_it_without_trust(template: Path, home: Path, tmp_path: Path) -> None:
    copier = template / ".dev" / "tools" / "copier" / "bin" / "copier"
    arguments = ["copy", "--defaults", "--quiet", str(template), str(tmp_path / "plain")]
    run(copier, *arguments, cwd=tmp_path, env=bare_environment(home))
    assert (tmp_path / "plain" / "backend" / "app" / "main.py").is_file()
    assert len(settings(tmp_path / "plain")["SECRET_KEY"]) >= 64
