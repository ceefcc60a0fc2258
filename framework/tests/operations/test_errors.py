"""Exceptions: their handlers, and what is sent."""

import asyncio

import pytest
from starlette.exceptions import HTTPException as StarletteHTTPException
from tests.kit import client, http_scope

from dovetail import APIRouter, Depends, Dovetail, HTTPException, Request
from dovetail.exceptions import RequestValidationError
from dovetail.responses import JSONResponse, PlainTextResponse, StreamingResponse
from dovetail.testclient import TestClient


class Missing(Exception):
    pass


class MissingItem(Missing):
    pass


def test_an_http_exception(app):
    @app.get("/{status}")
    async def read(status: int):
        raise HTTPException(status, detail={"why": ["x"]}, headers={"x-a": "b"})

    response = client(app).get("/418")
    assert response.status_code == 418
    assert response.json() == {"detail": {"why": ["x"]}}
    assert response.headers["x-a"] == "b"


def test_the_detail_is_the_phrase_by_default(app):
    @app.get("/")
    def read():
        raise HTTPException(404)

    assert client(app).get("/").json() == {"detail": "Not Found"}


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_body_has_none(app, status):
    @app.get("/")
    async def read():
        raise HTTPException(status)

    response = client(app).get("/")
    assert (response.status_code, response.content) == (status, b"")


def test_starlettes_own_exception(app):
    @app.get("/")
    async def read():
        raise StarletteHTTPException(409, "taken")

    assert client(app).get("/").json() == {"detail": "taken"}


def test_unknown_paths_and_methods(app):
    @app.get("/here")
    async def read():
        return None

    response = client(app).get("/there")
    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})
    response = client(app).post("/here")
    assert (response.status_code, response.json()) == (405, {"detail": "Method Not Allowed"})
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_handlers_by_class_and_ancestor(app, kind):
    async def handle(request, error):
        return JSONResponse({"error": str(error), "path": request.url.path}, 404)

    def handle_blocking(request, error):
        return JSONResponse({"error": str(error), "path": request.url.path}, 404)

    app.add_exception_handler(Missing, handle if kind == "async" else handle_blocking)

    @app.get("/items")
    async def read():
        raise MissingItem("one")

    response = client(app).get("/items")
    assert (response.status_code, response.json()) == (404, {"error": "one", "path": "/items"})


def test_handlers_by_status(app):
    @app.exception_handler(404)
    async def not_found(request, error):
        return PlainTextResponse("nothing here", 404)

    @app.get("/raise")
    async def read():
        raise HTTPException(404)

    assert client(app).get("/raise").text == "nothing here"
    assert client(app).get("/unknown").text == "nothing here"


def test_handlers_given_to_the_application():
    async def handle(request, error):
        return PlainTextResponse("handled", 400)

    app = Dovetail(exception_handlers={Missing: handle})

    @app.get("/")
    def read():
        raise Missing

    assert client(app).get("/").text == "handled"


def test_a_handler_reads_the_body(app):
    @app.exception_handler(Missing)
    async def handle(request: Request, error):
        return JSONResponse(await request.json(), 400)

    @app.post("/")
    async def create(value: dict[str, int]):
        raise Missing

    assert client(app).post("/", json={"a": 1}).json() == {"a": 1}


def test_server_errors(app):
    @app.get("/")
    async def read():
        raise Missing("boom")

    response = client(app).get("/")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    with pytest.raises(Missing, match="boom"):
        TestClient(app).get("/")


@pytest.mark.parametrize("key", [500, Exception])
@pytest.mark.parametrize("kind", ["async", "sync"])
def test_a_handler_of_server_errors(app, key, kind):
    async def handle(request, error):
        return JSONResponse({"sorry": type(error).__name__}, 500)

    def handle_blocking(request, error):
        return JSONResponse({"sorry": type(error).__name__}, 500)

    app.add_exception_handler(key, handle if kind == "async" else handle_blocking)

    @app.get("/")
    async def read():
        raise Missing

    assert client(app).get("/").json() == {"sorry": "Missing"}


def test_a_traceback_when_debugging():
    app = Dovetail(debug=True)

    @app.get("/")
    async def read():
        raise Missing("look here")

    response = client(app).get("/")
    assert response.status_code == 500
    assert "look here" in response.text
    assert "test_errors.py" in response.text


def test_the_traceback_points_at_the_users_line(app):
    @app.get("/")
    async def read():
        return 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        TestClient(app).get("/")
    last = caught.traceback[-1]
    assert str(last.path) == __file__
    assert "1 / 0" in str(last.statement)


def test_errors_of_dependencies_are_handled(app):
    async def check():
        raise Missing

    @app.exception_handler(Missing)
    async def handle(request, error):
        return PlainTextResponse("handled", 400)

    @app.get("/", dependencies=[Depends(check)])
    async def read():
        return None

    assert client(app).get("/").text == "handled"


def test_an_error_after_the_response_has_begun(app):
    @app.exception_handler(Missing)
    async def handle(request, error):
        return PlainTextResponse("too late", 400)

    @app.get("/")
    async def read():
        def parts():
            yield "first"
            raise Missing

        return StreamingResponse(parts())

    with pytest.raises(RuntimeError, match="response already started"):
        TestClient(app).get("/")


def test_no_second_response_after_the_first_has_begun(app):
    @app.get("/")
    async def read():
        def parts():
            yield b"first"
            raise Missing

        return StreamingResponse(parts())

    starts = []

    async def run():
        async def receive():
            await asyncio.sleep(3600)

        async def send(message):
            starts.append(message["type"])

        with pytest.raises(Missing):
            await app(http_scope("GET", "/"), receive, send)

    asyncio.run(run())
    assert starts.count("http.response.start") == 1


def test_validation_errors_have_a_handler(app):
    @app.exception_handler(RequestValidationError)
    async def handle(request, error):
        return PlainTextResponse(str(error), 400)

    @app.get("/items")
    async def read(n: int):
        return n

    response = client(app).get("/items?n=x")
    assert response.status_code == 400
    assert response.text.startswith("1 validation error:")
    assert "GET /items" in response.text
    assert ", in read" in response.text


def test_handlers_of_a_mounted_application_are_its_own(app):
    inner = Dovetail()

    @inner.exception_handler(Missing)
    async def handle(request, error):
        return PlainTextResponse("inner", 400)

    async def fail():
        raise Missing

    inner.get("/")(fail)
    app.get("/")(fail)
    app.mount("/inner", inner)
    assert client(app).get("/inner/").text == "inner"
    assert client(app).get("/").status_code == 500


def test_one_instance_raised_again_and_again(app):
    error = Missing("same")

    @app.exception_handler(Missing)
    async def handle(request, raised):
        return PlainTextResponse("ok", 400)

    @app.get("/")
    async def read():
        raise error

    for _ in range(3):
        client(app).get("/")
    depth, traceback = 0, error.__traceback__
    while traceback is not None:
        depth, traceback = depth + 1, traceback.tb_next
    assert depth < 20


def test_body_limits(app):
    router = APIRouter(max_body_size=10)

    async def read(request: Request):
        return len(await request.body())

    app.post("/free")(read)
    router.post("/router")(read)
    router.post("/own", max_body_size=20)(read)
    app.include_router(router)
    post = client(app).post
    assert post("/free", content=b"x" * 100).json() == 100
    assert post("/router", content=b"x" * 10).json() == 10
    assert post("/router", content=b"x" * 11).status_code == 413
    assert post("/own", content=b"x" * 20).json() == 20
    assert post("/own", content=b"x" * 21).status_code == 413


def test_the_body_limit_of_the_application():
    app = Dovetail(max_body_size=5)

    @app.post("/")
    async def read(values: list[int]):
        return values

    assert client(app).post("/", json=[1]).json() == [1]
    assert client(app).post("/", json=[1, 2, 3, 4]).status_code == 413


def test_a_client_that_goes_away_while_sending(app):
    @app.post("/")
    async def read(values: list[int]):
        return values

    sent = []

    async def run():
        messages = [
            {"type": "http.request", "body": b"[1,", "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def receive():
            return messages.pop(0)

        async def send(message):
            sent.append(message)

        headers = [("content-type", "application/json")]
        await app(http_scope("POST", "/", headers), receive, send)

    asyncio.run(run())
    assert sent[0]["status"] == 400


def test_a_body_in_pieces(app):
    @app.post("/")
    async def read(values: list[int]):
        return sum(values)

    sent = []

    async def run():
        pieces = [b"[1,", b"2,", b"3]"]

        async def receive():
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message):
            sent.append(message)

        headers = [("content-type", "application/json")]
        await app(http_scope("POST", "/", headers), receive, send)

    asyncio.run(run())
    assert sent[1]["body"] == b"6"


def test_json_loads_replaced_to_fail(app, monkeypatch):
    """Error trackers and tests replace `json.loads`; whoever does means it to be used."""

    @app.post("/")
    async def read(values: list[int]):
        return values

    http = client(app)
    assert http.post("/", json=[1]).status_code == 200

    def fail(*args, **kwargs):
        raise RuntimeError("no more")

    monkeypatch.setattr("json.loads", fail)
    response = http.post("/", content=b"[1]", headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
