"""A project made with the defaults: it runs, stops, runs again, and passes its own tests."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import Run, bare_environment, git, run

from devtools.ports import find_free, in_use

pytestmark = pytest.mark.slow
START = 300


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder for projects that are run.

    Not one of pytest's: whenever another pytest begins, it closes those to other users, and as
    root the embedded PostgreSQL runs as one.
    """
    with tempfile.TemporaryDirectory(prefix="projects-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def fresh(new: Run, place: Path) -> Path:
    """A project of this module's own, to be installed and run."""
    new(place / "my-app", "--defaults")
    return place / "my-app"


class Running:
    """A `./dev up` that has told that it is ready."""

    def __init__(self, process: subprocess.Popen[str], port: int, seconds: float) -> None:
        self.process = process
        self.port = port
        self.seconds = seconds
        self.printed = ""

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return the status and the body of a GET."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        return fetch(request)

    def post(self, path: str, data: dict[str, str], **headers: str) -> tuple[int, str]:
        """Return the status and the body of a POST of a form."""
        body = urllib.parse.urlencode(data).encode()
        url = f"http://127.0.0.1:{self.port}{path}"
        return fetch(urllib.request.Request(url, body, headers))


def fetch(request: urllib.request.Request) -> tuple[int, str]:
    """Send a request; return the status and the body, also of an error."""
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@contextmanager
def up(folder: Path, home: Path) -> Iterator[Running]:
    """Run `./dev up` in a project until the block ends, then stop it with Ctrl-C's signal."""
    port = find_free()
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, folder / "dev", "up", "--port", str(port)],
        cwd=folder,
        env=bare_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    printed = []
    try:
        for line in process.stdout:
            printed.append(line)
            if "logs" in line:
                break
        else:
            pytest.fail("".join(printed))
        running = Running(process, port, time.monotonic() - started)
        running.printed = "".join(printed)
        yield running
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0, rest
        assert "Stopped" in rest
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def processes_in(folder: Path) -> list[str]:
    """Return the command lines of processes that mention a folder or run in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            where = str((entry / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in command or where.startswith(str(folder)):
            found.append(command)
    return found


def token(running: Running, printed: str) -> str:
    """Return an access token for the login that `./dev up` printed."""
    login = re.search(r"login\s+(\S+)", printed)
    password = re.search(r"password\s+(\S+)", printed)
    assert login
    assert password
    form = {"username": login[1], "password": password[1]}
    status, body = running.post("/api/v1/auth/token", form)
    assert status == 200, body
    return str(json.loads(body)["access_token"])


def test_it_runs_stops_and_runs_again_with_the_data_kept(fresh: Path, home: Path) -> None:
    with up(fresh, home) as running:
        assert running.get("/api/v1/health/ready")[0] == 200
        status, page = running.get("/", Accept="text/html")
        assert status == 200
        assert "<script" in page
        assert running.get("/docs")[0] == 200
        assert running.get("/api/v1/items")[0] == 401
        bearer = {"Authorization": f"Bearer {token(running, running.printed)}"}
        item = json.dumps({"title": "Kept"}).encode()
        headers = {**bearer, "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{running.port}/api/v1/items"
        status, body = fetch(urllib.request.Request(url, item, headers))
        assert status == 201, body
        twice = run(
            sys.executable, fresh / "dev", "up", cwd=fresh, env=bare_environment(home), code=1
        )
        assert "is running already" in twice.stderr
    assert not in_use(running.port)
    assert processes_in(fresh) == []
    with up(fresh, home) as running:
        bearer = {"Authorization": f"Bearer {token(running, running.printed)}"}
        status, body = running.get("/api/v1/items", **bearer)
        assert status == 200
        assert [entry["title"] for entry in json.loads(body)["data"]] == ["Kept"]
        assert "Installing" not in running.printed
        assert "Building" not in running.printed
        assert running.seconds < 30
    assert processes_in(fresh) == []
    assert git("status", "--porcelain", cwd=fresh) == ""


def test_a_clone_without_settings_gets_new_ones(fresh: Path, home: Path, place: Path) -> None:
    git("clone", "--quiet", str(fresh), str(place / "clone"), cwd=place)
    with up(place / "clone", home) as running:
        assert "Made .env" in running.printed
        assert token(running, running.printed)
    assert processes_in(place / "clone") == []


def test_it_passes_its_own_tests(fresh: Path, home: Path) -> None:
    env = bare_environment(home)
    done = run(sys.executable, fresh / "dev", "test", cwd=fresh, env=env, code=None)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    for part in ("lint", "backend", "frontend", "client"):
        assert re.search(rf"{part} +passed", done.stdout), done.stdout[-3000:]
    assert re.search(r"e2e +(passed|skipped)", done.stdout), done.stdout[-3000:]
    assert git("status", "--porcelain", cwd=fresh) == ""


def test_without_the_example_and_the_frontend_it_passes_too(
    new: Run, home: Path, place: Path
) -> None:
    options = ("--data", "include_example=false", "--data", "include_frontend=false")
    new(place / "api", "--defaults", *options)
    command = ["./dev", "test"]
    done = run(*command, cwd=place / "api", env=bare_environment(home), code=None)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr


def test_without_the_example_the_frontend_builds(new: Run, home: Path, place: Path) -> None:
    new(place / "plain", "--defaults", "--data", "include_example=false")
    command = ["./dev", "test", "lint", "frontend", "client"]
    done = run(*command, cwd=place / "plain", env=bare_environment(home), code=None)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
