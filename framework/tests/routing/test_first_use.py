"""Operations are compiled when they are first used, once, whoever comes first."""

import asyncio
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tests.kit import answer_of, ask, client

from dovetail import APIRouter, Depends, Dovetail
from dovetail._plan import compile as compiler

AT_ONCE = 8


@pytest.fixture
def compiled(monkeypatch):
    """Return the paths of the operations that have been compiled, in order."""
    paths = []
    compile_operation = compiler.compile_operation

    def noting(config, dependant, *, overrides=None):
        paths.append(config.path)
        time.sleep(0.01)  # lets other threads come
        return compile_operation(config, dependant, overrides=overrides)

    monkeypatch.setattr(compiler, "compile_operation", noting)
    return paths


def application():
    """Return an application of two operations, reached through two routers."""
    router = APIRouter(prefix="/items")

    async def twice(number: int) -> int:
        return 2 * number

    @router.get("/{number}")
    async def read(value: int = Depends(twice)) -> int:
        return value

    @router.get("/")
    async def read_all() -> list[int]:
        return []

    api = APIRouter(prefix="/api")
    api.include_router(router)
    app = Dovetail(openapi_url=None)
    app.include_router(api)
    return app


def test_what_serves_is_loaded_when_the_application_starts():
    program = """
import sys
from dovetail import FastAPI
from dovetail.security import OAuth2PasswordBearer

app = FastAPI()

@app.get("/{number}")
async def read(number: int) -> int:
    return number

app.openapi()
assert "dovetail._plan.compile" not in sys.modules

from starlette.testclient import TestClient

with TestClient(app) as session:
    assert "dovetail._plan.compile" in sys.modules
    assert session.get("/2").json() == 2
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_only_what_is_used_is_compiled(compiled):
    with client(application()) as session:
        assert compiled == []
        assert session.get("/api/items/2").json() == 4
        assert session.get("/api/items/3").json() == 6
    assert compiled == ["/api/items/{number}"]


def test_first_requests_of_many_threads(compiled):
    app, barrier = application(), Barrier(AT_ONCE)

    def first(number):
        barrier.wait()
        return answer_of(app, "GET", f"/api/items/{number}").json()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(first, range(AT_ONCE))) == [2 * number for number in range(AT_ONCE)]
    assert compiled == ["/api/items/{number}"]


def test_first_requests_of_many_tasks(compiled):
    app = application()

    async def ask_all():
        paths = [f"/api/items/{number}" for number in range(AT_ONCE)]
        return await asyncio.gather(*(ask(app, "GET", path) for path in paths))

    answers = asyncio.run(ask_all())
    assert [answer.json() for answer in answers] == [2 * number for number in range(AT_ONCE)]
    assert compiled == ["/api/items/{number}"]
