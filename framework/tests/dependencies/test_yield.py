"""Dependencies with `yield`: when they end, and what they see."""

import asyncio
import contextlib
import gc
import threading
from typing import Annotated

import anyio
import anyio.lowlevel
import pytest
from tests.kit import ask, client, http_scope

from dovetail import BackgroundTasks, Depends, HTTPException, Response
from dovetail.exceptions import DependencyScopeError, DovetailError
from dovetail.responses import PlainTextResponse, StreamingResponse
from dovetail.testclient import TestClient


class Boom(Exception):
    pass


def make(kind, body):
    """Return a dependency of either kind whose body is the generator function `body`."""
    if kind == "sync":

        def blocking():
            yield from body()

        return blocking

    async def asynchronous():
        generator = body()
        try:
            yield next(generator)
        except BaseException as error:  # noqa: BLE001 (as a generator sees it)
            try:
                generator.throw(error)
            except StopIteration:
                return
        else:
            next(generator, None)

    return asynchronous


both = pytest.mark.parametrize("kind", ["async", "sync"])


def test_all_end_in_reverse_order_after_the_response(app):
    order = []

    def note(name, kind):
        def body():
            order.append(f"enter {name}")
            yield name
            order.append(f"leave {name}")

        return make(kind, body)

    @app.get("/")
    async def read(
        a: Annotated[str, Depends(note("a", "async"))],
        b: Annotated[str, Depends(note("b", "sync"))],
        c: Annotated[str, Depends(note("c", "async"))],
        tasks: BackgroundTasks,
    ):
        tasks.add_task(order.append, "task")
        order.append("function")
        return [a, b, c]

    assert client(app).get("/").json() == ["a", "b", "c"]
    assert order == [
        "enter a",
        "enter b",
        "enter c",
        "function",
        "task",
        "leave c",
        "leave b",
        "leave a",
    ]


@both
def test_the_error_of_the_function_is_seen(app, kind):
    seen = []

    def body():
        try:
            yield 1
        except Boom as error:
            seen.append(str(error))
            raise

    dependency = make(kind, body)

    @app.get("/", dependencies=[Depends(dependency)])
    async def read():
        raise Boom("inside")

    with pytest.raises(Boom):
        TestClient(app).get("/")
    assert seen == ["inside"]


@both
def test_an_error_may_be_exchanged(app, kind):
    def body():
        try:
            yield 1
        except Boom:
            raise HTTPException(418, "exchanged") from None

    @app.get("/", dependencies=[Depends(make(kind, body))])
    def read():
        raise Boom

    response = client(app).get("/")
    assert (response.status_code, response.json()) == (418, {"detail": "exchanged"})


@both
def test_an_error_that_is_swallowed_leaves_no_response(app, kind):
    def body():
        with contextlib.suppress(Boom):
            yield 1

    @app.get("/", dependencies=[Depends(make(kind, body))])
    async def read():
        raise Boom

    with pytest.raises(DovetailError, match="never sent"):
        TestClient(app).get("/")


@both
def test_a_dependency_sees_the_error_of_one_after_it(app, kind):
    seen = []

    def outer():
        try:
            yield 1
        except Boom:
            seen.append("outer")
            raise

    def inner():
        raise Boom
        yield

    @app.get("/", dependencies=[Depends(make(kind, outer)), Depends(make(kind, inner))])
    async def read():
        return None

    assert client(app).get("/").status_code == 500
    assert seen == ["outer"]


@both
def test_invalid_requests_end_what_was_entered(app, kind):
    order = []

    def body():
        order.append("enter")
        try:
            yield 1
        finally:
            order.append("leave")

    @app.get("/")
    async def read(value: Annotated[int, Depends(make(kind, body))], n: int):
        return n

    assert client(app).get("/?n=x").status_code == 422
    assert order == ["enter", "leave"]


@both
def test_a_generator_that_does_not_yield(app, kind):
    def body():
        return
        yield

    if kind == "sync":
        dependency = body
    else:

        async def dependency():
            return
            yield

    @app.get("/", dependencies=[Depends(dependency)])
    async def read():
        return None

    with pytest.raises(RuntimeError, match="didn't yield"):
        TestClient(app).get("/")


@both
def test_a_generator_that_yields_twice(app, kind):
    closed = []

    def blocking():
        try:
            yield 1
            yield 2
        finally:
            closed.append(1)

    async def asynchronous():
        try:
            yield 1
            yield 2
        finally:
            closed.append(1)

    @app.get("/", dependencies=[Depends(blocking if kind == "sync" else asynchronous)])
    async def read():
        return None

    with pytest.raises(RuntimeError, match="didn't stop"):
        TestClient(app).get("/")
    # Early releases of Python 3.11 leave such a generator to the garbage collector.
    gc.collect()
    assert closed == [1]


@both
def test_function_scope_ends_before_the_response_is_sent(app, kind):
    order = []

    def note(name):
        def body():
            yield name
            order.append(name)

        return make(kind, body)

    @app.get("/")
    async def read(
        early: Annotated[str, Depends(note("early"), scope="function")],
        late: Annotated[str, Depends(note("late"), scope="request")],
    ):
        def parts():
            order.append("sending")
            yield "x"

        return StreamingResponse(parts())

    client(app).get("/")
    assert order == ["early", "sending", "late"]


@both
def test_errors_at_the_end_of_a_function_scope_are_answered(app, kind):
    def body():
        yield 1
        raise HTTPException(409, "not committed")

    @app.get("/", dependencies=[Depends(make(kind, body), scope="function")])
    async def read():
        return "done"

    response = client(app).get("/")
    assert (response.status_code, response.json()) == (409, {"detail": "not committed"})


def test_a_function_scope_sees_the_error_of_the_function(app):
    seen = []

    async def dependency():
        try:
            yield 1
        except Boom:
            seen.append(1)
            raise HTTPException(400) from None

    @app.get("/", dependencies=[Depends(dependency, scope="function")])
    def read():
        raise Boom

    assert client(app).get("/").status_code == 400
    assert seen == [1]


def test_a_request_scope_cannot_need_a_function_scope(app):
    def short():
        yield 1

    def long(value: Annotated[int, Depends(short, scope="function")]):
        yield value

    with pytest.raises(DependencyScopeError, match='"long"'):

        @app.get("/")
        async def read(value: Annotated[int, Depends(long)]):
            return value

    @app.get("/fine")
    async def fine(value: Annotated[int, Depends(long, scope="function")]):
        return value

    assert client(app).get("/fine").json() == 1


def test_one_dependency_in_both_scopes_runs_twice(app):
    entered = []

    def dependency():
        entered.append(1)
        yield len(entered)

    @app.get("/")
    def read(
        a: Annotated[int, Depends(dependency, scope="function")],
        b: Annotated[int, Depends(dependency, scope="request")],
    ):
        return [a, b]

    assert client(app).get("/").json() == [1, 2]


@both
def test_background_tasks_added_after_yield_are_run(app, kind):
    """They are not dropped, although the response has been sent by then."""
    ran = []

    async def later(name):
        ran.append(name)

    def blocking(tasks: BackgroundTasks):
        yield 1
        tasks.add_task(later, "late")

    async def asynchronous(tasks: BackgroundTasks):
        yield 1
        tasks.add_task(later, "late")

    dependency = blocking if kind == "sync" else asynchronous

    @app.get("/")
    async def read(value: Annotated[int, Depends(dependency)], tasks: BackgroundTasks):
        tasks.add_task(later, "early")
        return value

    @app.get("/own")
    async def own(value: Annotated[int, Depends(dependency)]):
        return PlainTextResponse("x")

    client(app).get("/")
    assert ran == ["early", "late"]
    ran.clear()
    client(app).get("/own")
    assert ran == ["late"]


@both
def test_cleanup_is_not_cancelled_with_the_request(app, kind):
    done = []

    async def asynchronous():
        try:
            yield 1
        finally:
            await anyio.sleep(0.01)
            done.append("cleaned")

    def blocking():
        try:
            yield 1
        finally:
            done.append("cleaned")

    @app.get("/", dependencies=[Depends(blocking if kind == "sync" else asynchronous)])
    async def read():
        started.set()
        await anyio.sleep(10)

    async def run():
        nonlocal started
        started = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, app, "GET", "/")
            await started.wait()
            tasks.cancel_scope.cancel()

    started = None
    anyio.run(run)
    assert done == ["cleaned"]


def test_a_task_group_in_a_dependency_covers_the_request(app):
    heard = []

    async def listener():
        try:
            await anyio.sleep(10)
        finally:
            heard.append("stopped")

    async def background():
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listener)
            await anyio.lowlevel.checkpoint()
            yield tasks
            tasks.cancel_scope.cancel()

    @app.get("/")
    async def read(tasks: Annotated[object, Depends(background)]):
        return list(heard)

    assert client(app).get("/").json() == []
    assert heard == ["stopped"]


def test_many_requests_over_a_small_pool_do_not_deadlock(app):
    """The threads that wait for a connection are not those needed to give one back."""
    pool = threading.BoundedSemaphore(10)

    def connection():
        assert pool.acquire(timeout=30), "starved"
        try:
            yield 1
        finally:
            pool.release()

    @app.get("/sync")
    def read(value: Annotated[int, Depends(connection)]):
        return value

    @app.get("/async")
    async def read_async(value: Annotated[int, Depends(connection)]):
        await asyncio.sleep(0)
        return value

    async def run(path):
        with anyio.fail_after(20):
            return await asyncio.gather(*(ask(app, "GET", path) for _ in range(200)))

    for path in ("/sync", "/async"):
        assert {answer.status for answer in asyncio.run(run(path))} == {200}


def test_streams_may_use_what_a_dependency_yields(app):
    state = []

    async def resource():
        state.append("open")
        yield state
        state.append("closed")

    @app.get("/")
    async def read(resource: Annotated[list, Depends(resource)]):
        async def parts():
            for _ in range(2):
                yield resource[-1]

        return StreamingResponse(parts())

    assert client(app).get("/").text == "openopen"
    assert state == ["open", "closed"]


def test_headers_set_after_yield_come_too_late(app):
    async def late(response: Response):
        yield
        response.headers["x-late"] = "1"

    @app.get("/", dependencies=[Depends(late)])
    async def read():
        return 1

    assert "x-late" not in client(app).get("/").headers


def test_errors_after_the_response_are_raised_to_the_server(app):
    async def fail():
        yield
        raise Boom

    @app.get("/", dependencies=[Depends(fail)])
    async def read():
        return 1

    sent = []

    async def run():
        async def receive():
            await asyncio.sleep(3600)

        async def send(message):
            sent.append(message)

        with pytest.raises(Boom):
            await app(http_scope("GET", "/"), receive, send)

    asyncio.run(run())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 200


@both
def test_cleanup_that_waits_more_than_once(app, kind):
    steps = []

    async def asynchronous():
        yield 1
        for number in range(3):
            await asyncio.sleep(0)
            steps.append(number)

    def blocking():
        yield 1
        steps.extend(range(3))

    dependency = blocking if kind == "sync" else asynchronous

    @app.get("/", dependencies=[Depends(dependency)])
    async def read(again: Annotated[int, Depends(dependency, use_cache=False)]):
        return again

    assert client(app).get("/").json() == 1
    assert steps == [0, 1, 2, 0, 1, 2]


def test_cleanup_hears_of_timeouts_of_its_own(app):
    heard = []

    async def dependency():
        yield 1
        with anyio.move_on_after(0.01) as scope:
            await anyio.sleep(10)
        heard.append(scope.cancelled_caught)
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(10)
        except TimeoutError:
            heard.append("timeout")

    @app.get("/", dependencies=[Depends(dependency)])
    async def read():
        return 1

    assert client(app).get("/").json() == 1
    assert heard == [True, "timeout"]


def test_cleanup_that_fails_while_it_waits(app):
    async def dependency():
        yield 1
        await asyncio.sleep(0)
        raise Boom("late")

    @app.get("/", dependencies=[Depends(dependency)])
    async def read():
        return 1

    with pytest.raises(Boom, match="late"):
        TestClient(app).get("/")


def test_a_generator_that_waits_and_yields_twice(app):
    async def dependency():
        yield 1
        await asyncio.sleep(0)
        yield 2

    @app.get("/", dependencies=[Depends(dependency)])
    async def read():
        return 1

    with pytest.raises(RuntimeError, match="didn't stop"):
        TestClient(app).get("/")


@both
def test_an_error_swallowed_before_the_response(app, kind):
    def body():
        with contextlib.suppress(Boom):
            yield 1

    @app.get("/", dependencies=[Depends(make(kind, body), scope="function")])
    async def read():
        raise Boom

    with pytest.raises(DovetailError, match="never sent"):
        TestClient(app).get("/")


def test_an_uncached_dependency_below_a_shared_one(app):
    ran = []

    async def counted():
        ran.append(1)
        return len(ran)

    async def shared(n: Annotated[int, Depends(counted, use_cache=False)]):
        return n

    @app.get("/")
    async def read(a: Annotated[int, Depends(shared)], b: Annotated[int, Depends(shared)]):
        return [a, b]

    assert client(app).get("/").json() == [1, 1]
    assert len(ran) == 2
