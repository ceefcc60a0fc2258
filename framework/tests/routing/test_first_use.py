"""Operations are compiled when they are first used, once, whoever comes first."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tests.kit import answer_of, ask, client

import dovetail._plan
from dovetail import APIRouter, Depends, Dovetail

AT_ONCE = 8


@pytest.fixture
def compiled(monkeypatch):
    """Return the paths of the operations that have been compiled, in order."""
    paths = []
    compile_operation = dovetail._plan.compile_operation

    def noting(config, dependant, *, overrides=None):
        paths.append(config.path)
        time.sleep(0.01)  # lets other threads come
        return compile_operation(config, dependant, overrides=overrides)

    monkeypatch.setattr(dovetail._plan, "compile_operation", noting)
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
