"""Blocking work beside the event loop: limits, cancellation, other event loops."""

import asyncio
import threading
import time
from contextvars import ContextVar
from typing import Annotated

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from tests.kit import ask, http_scope

from dovetail import Depends, Dovetail
from dovetail._plan import threads, workers
from dovetail.concurrency import contextmanager_in_threadpool


def run(function, *arguments):
    return asyncio.run(function(*arguments))


async def until(condition):
    with anyio.fail_after(10):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture(params=["kept", "borrowed"])
def _pools(request, monkeypatch):
    """Run with threads of our own, and as where these cannot be had."""
    if request.param == "borrowed":
        monkeypatch.setattr(workers, "threads_can_be_kept", False)


pytestmark = pytest.mark.usefixtures("_pools")


def test_a_result_and_an_error():
    async def main():
        assert await threads.in_thread(lambda: threading.get_ident()) != threading.get_ident()
        with pytest.raises(KeyError):
            await threads.in_thread(lambda: {}["none"])
        assert await threads.in_exit_thread(lambda: 5) == 5
        with pytest.raises(ValueError, match="x"):
            await threads.in_exit_thread(lambda: int("x"))

    run(main)


def test_context_variables_go_in_and_not_out():
    variable = ContextVar("variable", default=0)

    async def main():
        variable.set(1)

        def change():
            seen = variable.get()
            variable.set(2)
            return seen

        assert await threads.in_thread(change) == 1
        assert variable.get() == 1

    run(main)


def test_an_end_of_iteration_does_not_end_the_caller():
    def stop():
        raise StopIteration

    async def main():
        with pytest.raises(RuntimeError, match="StopIteration"):
            await threads.in_thread(stop)

    run(main)


def test_the_limit_of_threads_holds():
    running, most, lock = 0, 0, threading.Lock()

    def work():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.002)
        with lock:
            running -= 1

    async def main():
        anyio.to_thread.current_default_thread_limiter().total_tokens = 3
        await asyncio.gather(*(threads.in_thread(work) for _ in range(20)))

    run(main)
    assert most == 3


def test_each_blocking_dependency_has_a_limit_of_its_own():
    def one():
        yield

    class Slotted:
        __slots__ = ()
        __hash__ = None

        def __call__(self):
            yield

    async def main():
        shared = anyio.to_thread.current_default_thread_limiter()
        first = threads.entry_limiter(one)
        assert threads.entry_limiter(one) is first
        assert first is not shared
        assert first.total_tokens == shared.total_tokens
        shared.total_tokens = 7
        assert threads.entry_limiter(one).total_tokens == 7
        # What cannot be remembered shares the common limit.
        assert threads.entry_limiter(Slotted()) is None

    run(main)


def test_an_end_is_run_although_the_request_is_cancelled():
    async def main():
        with anyio.CancelScope() as scope:
            scope.cancel()
            return await threads.in_exit_thread(lambda: "ended")

    assert run(main) == "ended"


def test_a_cancelled_task_gives_its_token_back():
    async def main():
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = 1
        release = threading.Event()
        holder = asyncio.create_task(threads.in_thread(release.wait))
        await asyncio.sleep(0.01)
        waiter = asyncio.create_task(threads.in_thread(lambda: None))
        await asyncio.sleep(0.01)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        release.set()
        await holder
        assert limiter.borrowed_tokens == 0

    run(main)


def test_context_managers_in_threads():
    events = []

    class Manager:
        def __init__(self, swallows):
            self.swallows = swallows

        def __enter__(self):
            events.append("enter")
            return threading.get_ident()

        def __exit__(self, kind, error, traceback):
            events.append(kind)
            return self.swallows

    async def main():
        async with contextmanager_in_threadpool(Manager(False)) as ident:
            assert ident != threading.get_ident()
        async with contextmanager_in_threadpool(Manager(True)):
            raise KeyError
        with pytest.raises(ValueError, match="passes"):
            async with contextmanager_in_threadpool(Manager(False)):
                raise ValueError("passes")

    run(main)
    assert events == ["enter", None, "enter", KeyError, "enter", ValueError]


def test_blocking_dependencies_on_another_event_loop():
    trio = pytest.importorskip("trio")
    order = []

    def resource():
        order.append("enter")
        yield 1
        order.append("leave")

    app = Dovetail()

    @app.get("/")
    def read(value: Annotated[int, Depends(resource)]):
        return value

    @app.get("/async")
    async def read_async(value: Annotated[int, Depends(resource)]):
        await trio.sleep(0)
        return value

    async def receive():
        return {"type": "http.request"}

    async def main():
        for path in ("/", "/async"):
            bodies = []

            async def send(message, bodies=bodies):
                bodies.append(message.get("body"))

            await app(http_scope("GET", path), receive, send)
            assert bodies == [None, b"1"]

    trio.run(main)
    assert order == ["enter", "leave"] * 2


def test_coroutines_called_from_a_thread_are_cancelled_with_the_request():
    started = asyncio.Event()
    ended = []

    async def forever():
        started.set()
        try:
            await anyio.sleep(60)
        finally:
            ended.append(1)

    app = Dovetail()

    @app.get("/")
    def read():
        anyio.from_thread.run(forever)

    async def main():
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask, app, "GET", "/")
                await started.wait()
                tasks.cancel_scope.cancel()

    run(main)
    assert ended == [1]
