"""The worker threads of an event loop."""

import asyncio
import threading
import time
from typing import Annotated

import anyio
import pytest
from tests.kit import ask

from dovetail import Depends, Dovetail
from dovetail._plan import threads, workers
from dovetail._plan.workers import Pool, Worker


@pytest.fixture
def impatient(monkeypatch):
    """Let threads retire after a moment."""
    monkeypatch.setattr(workers, "_LOOK_EVERY", 0.01)
    monkeypatch.setattr(workers, "_MAX_IDLE", 0.03)


async def until(condition):
    with anyio.fail_after(10):
        while not condition():
            await asyncio.sleep(0.001)


def test_a_thread_serves_many_times():
    async def main():
        pool = workers.current_pool()
        assert workers.current_pool() is pool
        return {await workers.run(pool, threading.get_ident) for _ in range(20)}

    assert len(asyncio.run(main())) == 1


def test_idle_threads_retire(impatient):
    async def main():
        pool = workers.current_pool()
        await asyncio.gather(*(workers.run(pool, lambda: time.sleep(0.01)) for _ in range(3)))
        assert len(pool.idle) == 3
        await until(lambda: not pool.idle)
        await until(lambda: not pool._keepers)
        # And others take their place.
        assert await workers.run(pool, lambda: 5) == 5

    asyncio.run(main())


def test_a_thread_that_was_just_given_work_does_not_retire():
    idle = []
    worker = Worker(idle)
    assert not worker._retire()
    idle.append(worker)
    assert worker._retire()
    assert idle == []


def test_threads_end_with_their_event_loop(impatient):
    before = threading.active_count()

    async def main():
        pool = workers.current_pool()
        await asyncio.gather(*(workers.run(pool, lambda: time.sleep(0.01)) for _ in range(4)))

    asyncio.run(main())
    deadline = time.monotonic() + 10
    while threading.active_count() > before:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_there_is_no_pool_outside_of_an_event_loop():
    assert workers.current_pool() is None


def test_a_cancelled_task_leaves_its_thread_alone():
    release = threading.Event()
    done = []

    def work():
        release.wait(10)
        done.append(1)

    async def main():
        pool = Pool()
        told = []
        task = asyncio.create_task(workers.run(pool, work, on_cancel=lambda: told.append(1)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert told == [1]
        release.set()
        await until(lambda: done)
        await until(lambda: pool.idle)

    asyncio.run(main())


def test_the_outcome_of_an_end_counts_in_spite_of_cancellation():
    def fail():
        time.sleep(0.02)
        raise KeyError("late")

    async def main(function):
        pool = workers.current_pool()
        with anyio.CancelScope() as scope:
            asyncio.get_running_loop().call_later(0.005, scope.cancel)
            return await workers.run(pool, function)

    assert asyncio.run(main(lambda: time.sleep(0.02) or "result")) == "result"
    with pytest.raises(KeyError, match="late"):
        asyncio.run(main(fail))


def test_a_loop_that_closes_while_a_thread_works():
    release = threading.Event()
    ended = threading.Event()

    def work():
        release.wait(10)
        ended.set()

    loop = asyncio.new_event_loop()

    async def main():
        task = loop.create_task(workers.run(workers.current_pool(), work))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    loop.run_until_complete(main())
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    release.set()
    assert ended.wait(10)


def test_a_cancelled_request_waits_for_its_thread():
    events = []
    started = threading.Event()

    def work():
        started.set()
        time.sleep(0.02)
        events.append("worked")

    async def main():
        with anyio.CancelScope() as scope:

            async def cancel():
                await until(started.is_set)
                scope.cancel()

            canceller = asyncio.create_task(cancel())
            try:
                await threads.in_thread(work)
            finally:
                events.append("left")
        await canceller
        assert scope.cancelled_caught

    asyncio.run(main())
    assert events == ["worked", "left"]


def test_work_that_has_not_begun_is_not_begun_after_cancellation():
    ran = []
    started = threading.Event()

    def first():
        started.set()
        time.sleep(0.03)
        ran.append("first")

    def second():
        ran.append("second")

    async def head():
        ran.append("head")

    app = Dovetail()

    def function(a: Annotated[None, Depends(first)], b: Annotated[None, Depends(second)]):
        ran.append("function")

    app.get("/tail")(function)

    @app.get("/block")
    async def block(
        a: Annotated[None, Depends(first)],
        b: Annotated[None, Depends(second)],
        c: Annotated[None, Depends(head)],
    ):
        ran.append("function")

    async def main(path):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, app, "GET", path)
            await until(started.is_set)
            tasks.cancel_scope.cancel()

    for path in ("/tail", "/block"):
        ran.clear()
        started.clear()
        asyncio.run(main(path))
        assert ran == ["first"]
