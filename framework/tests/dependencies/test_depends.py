"""Dependencies: what they give, in which order, how often."""

import asyncio
import threading
from contextvars import ContextVar
from functools import partial, wraps
from typing import Annotated

import pytest
from tests.kit import ask, client, locations

from dovetail import APIRouter, Depends, Dovetail, HTTPException, Query, Request, Response
from dovetail.exceptions import ConfigurationError


def test_functions_async_and_not(app):
    async def one():
        return 1

    def two(one: Annotated[int, Depends(one)]):
        return one + 1

    @app.get("/")
    async def read(one: Annotated[int, Depends(one)], two: Annotated[int, Depends(two)]):
        return [one, two]

    assert client(app).get("/").json() == [1, 2]


def test_the_default_style_without_annotated(app):
    def page(number: int = 1):
        return number

    @app.get("/")
    def read(number: int = Depends(page)):
        return number

    assert client(app).get("/?number=3").json() == 3


def test_classes(app):
    class Page:
        def __init__(self, number: int = 1, size: int = 10):
            self.start = (number - 1) * size

    @app.get("/explicit")
    async def explicit(page: Annotated[Page, Depends(Page)]):
        return page.start

    @app.get("/implied")
    async def implied(page: Annotated[Page, Depends()]):
        return page.start

    assert client(app).get("/explicit?number=3").json() == 20
    assert client(app).get("/implied?number=2&size=5").json() == 5
    assert locations(client(app).get("/implied?size=x")) == [["query", "size"]]


class Adder:
    def __init__(self, amount):
        self.amount = amount

    def __call__(self, n: int):
        return n + self.amount

    async def later(self, n: int):
        return n + 2 * self.amount

    def generate(self, n: int):
        yield n + 3 * self.amount


class AsyncAdder(Adder):
    async def __call__(self, n: int):
        return n + self.amount


class UnhashableAdder(Adder):
    __hash__ = None


class GeneratingAdder(Adder):
    async def __call__(self, n: int):
        yield n + self.amount


def _wrapped(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@_wrapped
async def _decorated(n: int):
    return n + 10


async def _with_amount(n: int, amount: int):
    return n + amount


@pytest.mark.parametrize(
    "dependency",
    [
        Adder(10),
        AsyncAdder(10),
        UnhashableAdder(10),
        GeneratingAdder(10),
        Adder(5).later,
        partial(_with_amount, amount=10),
        partial(Adder(10)),
        _decorated,
        lambda n=1: int(n) + 10,
    ],
    ids=lambda dependency: type(dependency).__name__,
)
def test_all_kinds_of_callables(app, dependency):
    async def read(value: Annotated[int, Depends(dependency)]):
        return value

    app.get("/")(read)
    assert client(app).get("/?n=1").json() == 11


def test_a_value_is_shared_within_a_request(app):
    calls = []

    async def counted():
        calls.append(1)
        return len(calls)

    async def left(n: Annotated[int, Depends(counted)]):
        return n

    async def right(n: Annotated[int, Depends(counted)]):
        return n

    @app.get("/shared")
    async def shared(
        a: Annotated[int, Depends(left)],
        b: Annotated[int, Depends(right)],
        c: Annotated[int, Depends(counted)],
    ):
        return [a, b, c]

    @app.get("/fresh")
    async def fresh(
        a: Annotated[int, Depends(counted)], b: Annotated[int, Depends(counted, use_cache=False)]
    ):
        return [a, b]

    assert client(app).get("/shared").json() == [1, 1, 1]
    assert client(app).get("/shared").json() == [2, 2, 2]
    assert client(app).get("/fresh").json() == [3, 4]


def test_order_is_that_of_the_declarations(app):
    order = []

    def note(name):
        async def dependency():
            order.append(name)

        return dependency

    def note_blocking(name):
        def dependency():
            order.append(name)

        return dependency

    router = APIRouter(dependencies=[Depends(note("router"))])

    @router.get("/", dependencies=[Depends(note_blocking("decorator"))])
    def read(
        a: Annotated[None, Depends(note("first"))], b: None = Depends(note_blocking("second"))
    ):
        order.append("function")

    app.include_router(router, dependencies=[Depends(note_blocking("inclusion"))])
    client(app).get("/")
    assert order == ["inclusion", "router", "decorator", "first", "second", "function"]


def test_dependencies_of_the_application():
    async def guard(token: Annotated[str, Query()]):
        if token != "x":
            raise HTTPException(403)

    app = Dovetail(dependencies=[Depends(guard)])

    @app.get("/")
    async def read():
        return 1

    assert client(app).get("/?token=x").json() == 1
    assert client(app).get("/?token=y").status_code == 403
    assert locations(client(app).get("/")) == [["query", "token"]]


def test_a_deep_tree(app):
    def level(number, below):
        async def dependency(value: Annotated[int, Depends(below)]):
            return value + number

        return dependency

    async def bottom(n: int):
        return n

    top = bottom
    for number in range(1, 51):
        top = level(number, top)

    @app.get("/")
    async def read(value: Annotated[int, Depends(top)]):
        return value

    assert client(app).get("/?n=0").json() == sum(range(1, 51))
    assert locations(client(app).get("/?n=x")) == [["query", "n"]]


def test_errors_of_all_dependencies_are_collected(app):
    ran = []

    async def one(a: int):
        ran.append("one")
        return a

    async def two(b: int, one: Annotated[int, Depends(one)]):
        ran.append("two")
        return b

    def three(c: int):
        ran.append("three")
        return c

    @app.get("/")
    async def read(
        d: int,
        two: Annotated[int, Depends(two)],
        three: Annotated[int, Depends(three)],
        again: Annotated[int, Depends(one)],
    ):
        ran.append("function")

    response = client(app).get("/?a=x&b=x&c=3&d=x")
    # A dependency that is shared is reported wherever it is needed.
    assert locations(response) == [
        ["query", "a"],
        ["query", "b"],
        ["query", "a"],
        ["query", "d"],
    ]
    assert ran == ["three"]


def test_a_dependency_may_end_the_request(app):
    async def refuse():
        raise HTTPException(402)

    @app.get("/")
    async def read(_: Annotated[None, Depends(refuse)], n: int):
        return n

    # It runs before the function's own parameters are looked at.
    assert client(app).get("/?n=x").status_code == 402


def test_objects_of_the_request_are_injected(app):
    async def seen(request: Request, response: Response):
        response.headers["x-path"] = request.url.path
        return id(request)

    @app.get("/here")
    async def read(request: Request, other: Annotated[int, Depends(seen)]):
        return id(request) == other

    response = client(app).get("/here")
    assert response.json() is True
    assert response.headers["x-path"] == "/here"


def test_context_variables_of_async_dependencies_reach_the_function(app):
    variable = ContextVar("variable", default="unset")

    async def set_it():
        variable.set("set")

    @app.get("/async", dependencies=[Depends(set_it)])
    async def read():
        return variable.get()

    @app.get("/sync", dependencies=[Depends(set_it)])
    def read_blocking():
        return variable.get()

    assert client(app).get("/async").json() == "set"
    assert client(app).get("/sync").json() == "set"
    assert variable.get() == "unset"


def test_context_variables_of_blocking_dependencies_stay_in_their_thread(app):
    variable = ContextVar("variable", default="unset")

    def set_it():
        variable.set("set")

    def look():
        return variable.get()

    @app.get("/", dependencies=[Depends(set_it)])
    def read(seen: Annotated[str, Depends(look)]):
        return [seen, variable.get()]

    assert client(app).get("/").json() == ["unset", "unset"]


def test_blocking_functions_run_beside_the_event_loop(app):
    async def loop_thread():
        return threading.get_ident()

    def thread():
        return threading.get_ident()

    @app.get("/")
    def read(loop: Annotated[int, Depends(loop_thread)], own: Annotated[int, Depends(thread)]):
        return [loop != own, loop != threading.get_ident()]

    assert client(app).get("/").json() == [True, True]


def test_blocking_functions_may_come_back_to_the_event_loop(app):
    import anyio.from_thread

    async def on_the_loop():
        await asyncio.sleep(0)
        return "back"

    @app.get("/")
    def read():
        return anyio.from_thread.run(on_the_loop)

    assert client(app).get("/").json() == "back"


@pytest.mark.parametrize("error", [StopIteration, KeyError, HTTPException(418)])
def test_errors_in_threads_come_out(app, error):
    def fail():
        raise error

    @app.get("/", dependencies=[Depends(fail)])
    def read():
        return None

    expected = 418 if isinstance(error, HTTPException) else 500
    assert client(app).get("/").status_code == expected


def test_max_concurrency_limits_a_dependency(app):
    running, most = 0, 0

    async def busy():
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    @app.get("/", dependencies=[Depends(busy, max_concurrency=2)])
    async def read():
        return None

    async def run():
        return await asyncio.gather(*(ask(app, "GET", "/") for _ in range(10)))

    assert {answer.status for answer in asyncio.run(run())} == {200}
    assert most == 2


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_max_concurrency_holds_until_the_end_of_a_dependency(app, kind):
    running, most, lock = 0, 0, threading.Lock()

    def enter():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)

    def leave():
        nonlocal running
        with lock:
            running -= 1

    async def held():
        enter()
        yield 1
        leave()

    def held_blocking():
        enter()
        yield 1
        leave()

    dependency = held if kind == "async" else held_blocking

    @app.get("/")
    async def read(value: Annotated[int, Depends(dependency, max_concurrency=3)]):
        await asyncio.sleep(0.005)
        return value

    async def run():
        return await asyncio.gather(*(ask(app, "GET", "/") for _ in range(12)))

    assert {answer.status for answer in asyncio.run(run())} == {200}
    assert (most, running) == (3, 0)


def test_a_limited_dependency_that_fails_frees_its_place(app):
    attempts = []

    async def fail():
        attempts.append(1)
        raise HTTPException(418)
        yield

    @app.get("/", dependencies=[Depends(fail, max_concurrency=1)])
    async def read():
        return None

    async def run():
        return [await ask(app, "GET", "/") for _ in range(3)]

    assert [answer.status for answer in asyncio.run(run())] == [418, 418, 418]
    assert len(attempts) == 3


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "2"])
def test_a_limit_that_makes_no_sense(limit):
    with pytest.raises(ValueError, match="positive integer"):
        Depends(lambda: None, max_concurrency=limit)


def test_declarations_that_make_no_sense(app):
    def dependency():
        return 1

    def both(value: Annotated[int, Depends(dependency)] = Depends(dependency)):
        pass

    def query_and_depends(value: Annotated[int, Query()] = Depends(dependency)):
        pass

    for function in (both, query_and_depends):
        with pytest.raises(ConfigurationError, match="together for 'value'"):
            app.get("/")(function)
    with pytest.raises(ConfigurationError, match="callable"):
        app.get("/", dependencies=[Depends()])(dependency)
