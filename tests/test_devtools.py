"""What `./dev` is made of, in parts."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

from devtools import envfile, ports, processes, stamps, supervisor
from devtools.application import Application
from devtools.errors import CommandFailed, DevError
from devtools.generator import git as devtools_git


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(processes, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(supervisor, "LOGS", tmp_path / "logs")


def alive(pid: int) -> bool:
    """Tell whether a process exists and is not a zombie."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text("utf-8")


def test_settings_are_parsed_as_the_application_reads_them() -> None:
    text = "# no\nA=1\nB=\"two words\" \nC='x # y'\nD=plain # comment\n# E=5\nF=\n"
    assert envfile.parse(text) == {"A": "1", "B": "two words", "C": "x # y", "D": "plain", "F": ""}


def test_only_empty_secrets_are_filled_in() -> None:
    text = "SECRET_KEY=\nFIRST_SUPERUSER_PASSWORD=kept\nSMTP_PASSWORD=\n"
    first, second = (envfile.parse(envfile.with_secrets(text)) for _ in range(2))
    assert len(first["SECRET_KEY"]) >= 64
    assert first["SECRET_KEY"] != second["SECRET_KEY"]
    assert first["FIRST_SUPERUSER_PASSWORD"] == "kept"
    assert first["SMTP_PASSWORD"] == ""


def test_the_settings_file_is_made_once_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envfile, "ENV_FILE", tmp_path / ".env")
    monkeypatch.setattr(envfile, "ENV_EXAMPLE", tmp_path / ".env.example")
    (tmp_path / ".env.example").write_text("SECRET_KEY=\nDOMAIN=localhost\n")
    made = envfile.ensure()
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert made["DOMAIN"] == "localhost"
    assert envfile.ensure() == made


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/app")
    monkeypatch.setenv("SMTP_HOST", "mail.example.com")
    application = Application(
        supervisor.Supervisor(),
        8000,
        {"PROJECT_NAME": "App", "DATABASE_URL": "postgresql://here/app"},
        environment={"SMTP_HOST": ""},
    )
    assert application.setting("DATABASE_URL") == "postgresql://elsewhere/app"
    assert application.setting("PROJECT_NAME") == "App"
    assert application.setting("SMTP_HOST") == ""
    assert application.setting("SMTP_PORT") == ""


def test_a_stamp_holds_until_a_file_or_a_fact_changes(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.txt").write_text("one")
    before = stamps.fingerprint([source], "fact")
    stamps.remember("it", before)
    (source / "node_modules").mkdir()
    (source / "node_modules" / "ignored.txt").write_text("x")
    assert stamps.is_current("it", stamps.fingerprint([source], "fact"))
    assert stamps.fingerprint([source], "other") != before
    (source / "a.txt").write_text("two")
    assert not stamps.is_current("it", stamps.fingerprint([source], "fact"))
    stamps.remember("it", stamps.fingerprint([source], "fact"))
    (source / "a.txt").rename(source / "b.txt")
    assert not stamps.is_current("it", stamps.fingerprint([source], "fact"))
    stamps.forget("it")
    assert not stamps.is_current("it", before)


def test_a_port_in_use_is_told_with_another_to_take() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DevError) as caught:
            ports.demand_free(port, "the test", "--port")
    assert f"port {port} is in use" in caught.value.problem
    assert "--port" in caught.value.advice
    ports.demand_free(port, "the test", "--port")


def test_a_port_below_1024_is_refused_by_the_system_not_by_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    monkeypatch.setattr(ports, "find_free", lambda: 8001)
    with pytest.raises(DevError, match="Permission denied"):
        ports.demand_free(80, "the test", "--port")


def test_a_failing_program_is_told_with_its_output_and_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('first'); print('second'); raise SystemExit(3)"]
    with pytest.raises(CommandFailed) as caught:
        processes.call("Trying", command, cwd=tmp_path, log="try")
    assert "Trying failed (exit code 3)" in caught.value.problem
    assert "second" in caught.value.problem
    assert str(tmp_path / "logs" / "try.log") in caught.value.advice
    assert "first\nsecond\n" in (tmp_path / "logs" / "try.log").read_text("utf-8")


def test_a_missing_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(DevError, match="cannot run no-such-program: No such file"):
        processes.call("Trying", ["no-such-program"], cwd=tmp_path)


def test_a_program_that_will_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    process = processes.start([sys.executable, "-c", code], cwd=tmp_path)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    assert alive(child)
    processes.stop(process, grace=0.2)
    process.stdout.close()
    assert process.returncode == -9
    end = time.monotonic() + 5
    while alive(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(child)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot tell children")
def test_no_program_outlives_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from devtools import processes;"
        "child = processes.start(['sleep', '60'], cwd=Path.cwd());"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    end = time.monotonic() + 5
    while alive(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(child)


def test_services_are_stopped_when_one_ends(tmp_path: Path) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    quitter = [sys.executable, "-c", "print('giving up'); raise SystemExit(4)"]
    with supervisor.Supervisor() as running:
        first = running.start("sleeper", sleeper, cwd=tmp_path, env={})
        running.start("quitter", quitter, cwd=tmp_path, env={})
        with pytest.raises(CommandFailed) as caught:
            running.run()
        assert first.process.poll() is None
    assert "quitter failed (exit code 4)" in caught.value.problem
    assert "giving up" in caught.value.problem
    assert first.process.poll() is not None


def test_the_foundation_is_stopped_when_the_others_are_gone(tmp_path: Path) -> None:
    code = (
        "import signal, sys, time; from pathlib import Path;"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit());"
        "print('ready', flush=True)\n"
        "try: time.sleep(60)\n"
        "finally: time.sleep(float(sys.argv[2])); Path(sys.argv[1]).touch()"
    )
    with supervisor.Supervisor() as running:
        for name, pause, foundation in (("below", "0", True), ("above", "0.3", False)):
            command = [sys.executable, "-c", code, str(tmp_path / name), pause]
            service = running.start(name, command, cwd=tmp_path, env={}, foundation=foundation)
            running.wait_for(name, lambda: bool(service.tail), timeout=10)  # noqa: B023
    below, above = (tmp_path / name for name in ("below", "above"))
    assert above.stat().st_mtime_ns < below.stat().st_mtime_ns


def test_what_does_not_get_ready_is_told(tmp_path: Path) -> None:
    running = supervisor.Supervisor()
    with pytest.raises(DevError, match="within 0 seconds"):
        running.wait_for("the start", lambda: False, timeout=0.0)


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://user:secret@example.com/a/b.git", "https://example.com/a/b.git"),
        ("https://example.com/a/b", "https://example.com/a/b"),
        ("git@example.com:a/b.git", "git@example.com:a/b.git"),
        ("ssh://git@example.com/a/b.git", "ssh://git@example.com/a/b.git"),
    ],
)
def test_no_password_reaches_the_answers(url: str, public: str) -> None:
    assert devtools_git.is_remote_url(url)
    assert devtools_git.without_password(url) == public


def test_a_path_is_no_remote_url() -> None:
    assert not devtools_git.is_remote_url("/srv/git/template")
    assert not devtools_git.is_remote_url("../template")
