"""Functions around requests."""

import asyncio
import contextvars
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import FileResponse, PlainTextResponse, StreamingResponse
from tests.kit import answer_of, ask, client, http_scope

from dovetail import BackgroundTasks, Depends, Dovetail, HTTPException, Request, WebSocket

VARIABLE = contextvars.ContextVar("variable", default="unset")


def app_with(dispatch):
    app = Dovetail(openapi_url=None)
    app.middleware("http")(dispatch)

    @app.get("/")
    async def plain(request: Request):
        return "plain"

    @app.get("/waiting")
    async def waiting():
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        return "waited"

    @app.get("/thread")
    def in_thread():
        return "thread"

    @app.get("/stream")
    async def stream():
        async def parts():
            for part in ("a", "b", "c"):
                await asyncio.sleep(0)
                yield part

        return StreamingResponse(parts())

    @app.get("/file")
    async def file():
        return FileResponse(__file__)

    @app.get("/refused")
    async def refused():
        raise HTTPException(403)

    @app.get("/broken")
    async def broken():
        raise ValueError("broken")

    @app.post("/body")
    async def body(request: Request):
        return (await request.body()).decode()

    return app


async def passing(request, call_next):
    response = await call_next(request)
    response.headers["x-seen"] = "yes"
    return response


async def within_time_limit(request, call_next):
    with anyio.fail_after(5):
        response = await call_next(request)
    response.headers["x-seen"] = "yes"
    return response


async def in_other_task(request, call_next):
    response = await asyncio.create_task(call_next(request))
    response.headers["x-seen"] = "yes"
    return response


async def beside_other_tasks(request, call_next):
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.sleep, 60)
        response = await call_next(request)
        tasks.cancel_scope.cancel()
    response.headers["x-seen"] = "yes"
    return response


async def reading_first(request, call_next):
    await request.body()
    return await passing(request, call_next)


async def collecting(request, call_next):
    response = await call_next(request)
    body = b"".join([part async for part in response.body_iterator])
    return PlainTextResponse(body, response.status_code, {"x-seen": "yes"})


async def replacing_iterator(request, call_next):
    response = await call_next(request)
    inner = response.body_iterator

    async def same():
        async for part in inner:
            yield part

    response.body_iterator = same()
    response.headers["x-seen"] = "yes"
    return response


WAYS = [
    passing, within_time_limit, in_other_task, beside_other_tasks, reading_first, collecting,
    replacing_iterator,
]  # fmt: skip
SOURCE = Path(__file__).read_bytes()
EXPECTED = {
    "/": (200, b'"plain"'),
    "/waiting": (200, b'"waited"'),
    "/thread": (200, b'"thread"'),
    "/stream": (200, b"abc"),
    "/file": (200, SOURCE),
    "/refused": (403, b'{"detail":"Forbidden"}'),
    "/other": (404, b'{"detail":"Not Found"}'),
}


@pytest.mark.parametrize("dispatch", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("path", EXPECTED)
@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_every_kind_of_response_passes(dispatch, path, version):
    scope = {"asgi": {"version": "3.0", "spec_version": version}}
    answer = answer_of(app_with(dispatch), "GET", path, scope=scope)
    assert (answer.status, answer.body) == EXPECTED[path]
    assert ("x-seen", "yes") in answer.headers


@pytest.mark.parametrize("dispatch", WAYS, ids=lambda way: way.__name__)
def test_body_reaches_the_endpoint(dispatch):
    assert answer_of(app_with(dispatch), "POST", "/body", body=b"text").json() == "text"


@pytest.mark.parametrize("dispatch", WAYS, ids=lambda way: way.__name__)
def test_errors_come_out_of_call_next(dispatch):
    caught = []

    async def catching(request, call_next):
        try:
            return await dispatch(request, call_next)
        except* ValueError as group:
            caught.extend(group.exceptions)
        return PlainTextResponse("caught")

    assert answer_of(app_with(catching), "GET", "/broken").body == b"caught"
    assert [str(error) for error in caught] == ["broken"]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_event_loops(backend):
    app = Dovetail(openapi_url=None)
    app.middleware("http")(passing)

    @app.get("/")
    async def plain():
        await anyio.lowlevel.checkpoint()
        return "plain"

    response = client(app, backend=backend).get("/")
    assert response.json() == "plain"
    assert response.headers["x-seen"] == "yes"


def test_context_variables_are_shared_with_the_endpoint():
    seen = []

    async def dispatch(request, call_next):
        VARIABLE.set("outer")
        response = await call_next(request)
        seen.append(VARIABLE.get())
        return response

    app = Dovetail(openapi_url=None)
    app.middleware("http")(dispatch)

    @app.get("/")
    async def read():
        found = VARIABLE.get()
        VARIABLE.set("inner")
        return found

    assert answer_of(app, "GET", "/").json() == "outer"
    assert seen == ["inner"]


def test_background_tasks_run_after_the_response():
    events = []

    async def dispatch(request, call_next):
        response = await call_next(request)
        events.append("middleware")
        return response

    app = Dovetail(openapi_url=None)
    app.middleware("http")(dispatch)

    @app.get("/")
    async def read(tasks: BackgroundTasks):
        tasks.add_task(events.append, "task")
        return

    answer_of(app, "GET", "/")
    assert events == ["middleware", "task"]


def test_application_ends_when_its_response_is_not_used():
    events = []

    async def dispatch(request, call_next):
        await call_next(request)
        return PlainTextResponse("other")

    async def resource():
        yield
        events.append("ended")

    app = Dovetail(openapi_url=None)
    app.middleware("http")(dispatch)

    @app.get("/")
    async def read(tasks: BackgroundTasks, _=Depends(resource)):
        tasks.add_task(events.append, "task")
        return "unused"

    assert answer_of(app, "GET", "/").body == b"other"
    assert events == ["task", "ended"]


def test_early_answer_does_not_run_the_application():
    async def dispatch(request, call_next):
        return PlainTextResponse("early")

    assert answer_of(app_with(dispatch), "GET", "/broken").body == b"early"


@pytest.mark.parametrize("way", [passing, in_other_task], ids=lambda way: way.__name__)
def test_application_is_cancelled_when_the_function_fails(way):
    events = []

    async def dispatch(request, call_next):
        await way(request, call_next)
        raise LookupError

    async def raw(scope, receive, send):
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"a", "more_body": True})
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            events.append("cleaned up")

    app = Dovetail(openapi_url=None)
    app.middleware("http")(dispatch)
    app.mount("/", raw)
    with pytest.raises(LookupError):
        answer_of(app, "GET", "/")
    assert events == ["cleaned up"]


@pytest.mark.parametrize("way", [passing, in_other_task], ids=lambda way: way.__name__)
def test_cancellation_reaches_the_endpoint(way):
    events = []
    app = Dovetail(openapi_url=None)
    app.middleware("http")(way)

    @app.get("/")
    async def read():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            events.append("cancelled")
            raise

    async def run():
        task = asyncio.create_task(ask(app, "GET", "/"))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert events == ["cancelled"]


def test_client_that_goes_ends_a_stream():
    events = []
    app = Dovetail(openapi_url=None)
    app.middleware("http")(passing)

    @app.get("/")
    async def read():
        async def parts():
            try:
                while True:
                    yield "a"
                    await asyncio.sleep(0.001)
            finally:
                events.append("ended")

        return StreamingResponse(parts())

    async def run():
        messages = [{"type": "http.request", "body": b"", "more_body": False}]
        received = 0

        async def receive():
            if messages:
                return messages.pop()
            while received < 3:
                await asyncio.sleep(0.001)
            return {"type": "http.disconnect"}

        async def send(message):
            nonlocal received
            received += 1

        scope = {**http_scope("GET", "/"), "asgi": {"version": "3.0", "spec_version": "2.3"}}
        await asyncio.wait_for(app(scope, receive, send), 5)

    asyncio.run(run())
    assert events == ["ended"]


def test_application_without_a_response_is_an_error():
    async def silent(scope, receive, send):
        await send({"type": "http.response.debug", "info": {}})

    app = Dovetail(openapi_url=None)
    app.middleware("http")(passing)
    app.mount("/", silent)
    with pytest.raises(RuntimeError, match="No response returned"):
        answer_of(app, "GET", "/")


def test_only_http_is_concerned():
    app = Dovetail(openapi_url=None)
    app.middleware("http")(passing)

    @app.websocket("/ws")
    async def echo(websocket: WebSocket):
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    with client(app).websocket_connect("/ws") as session:
        assert session.receive_text() == "hello"


def test_declaration():
    app = Dovetail()
    app.middleware("http")(passing)
    [declared] = app.user_middleware
    assert issubclass(declared.cls, BaseHTTPMiddleware)
    with pytest.raises(AssertionError, match="http"):
        app.middleware("websocket")
