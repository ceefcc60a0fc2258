"""Errors: which layer answers, and what of it the client sees."""

import asyncio

import pytest
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from tests.kit import answer_of, client, http_scope

from dovetail import Dovetail, HTTPException

LAYERS = [False, True]


class Broken(Exception):
    pass


class Handled(Exception):
    pass


async def through(request, call_next):
    return await call_next(request)


def app_of(layered, **options):
    app = Dovetail(openapi_url=None, **options)
    if layered:
        app.middleware("http")(through)

    @app.get("/broken")
    async def broken():
        raise Broken("details")

    @app.get("/handled")
    async def handled():
        raise Handled

    @app.get("/late")
    async def late():
        async def parts():
            yield "begun"
            raise Broken

        return StreamingResponse(parts())

    @app.get("/late-handled")
    async def late_handled():
        async def parts():
            yield "begun"
            raise Handled

        return StreamingResponse(parts())

    async def raw(scope, receive, send):
        raise HTTPException(418)

    async def raw_late(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        raise Broken

    app.mount("/raw-late", raw_late)
    app.mount("/raw", raw)

    @app.exception_handler(Handled)
    async def answer(request, error):
        return PlainTextResponse("handled", 400)

    return app


@pytest.mark.parametrize("layered", LAYERS)
def test_unhandled_error_is_a_500_and_reaches_the_server(layered):
    app = app_of(layered)
    response = client(app).get("/broken")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    with pytest.raises(Broken, match="details"):
        answer_of(app, "GET", "/broken")


@pytest.mark.parametrize("layered", LAYERS)
@pytest.mark.parametrize("key", [500, Exception])
@pytest.mark.parametrize("blocking", [False, True])
def test_own_handler_of_server_errors(layered, key, blocking):
    def handler(request, error):
        return JSONResponse({"error": type(error).__name__}, 500)

    async def async_handler(request, error):
        return handler(request, error)

    app = app_of(layered, exception_handlers={key: handler if blocking else async_handler})
    assert client(app).get("/broken").json() == {"error": "Broken"}


@pytest.mark.parametrize("layered", LAYERS)
def test_debug_shows_the_traceback(layered):
    response = client(app_of(layered, debug=True)).get("/broken")
    assert response.status_code == 500
    assert "Broken: details" in response.text


@pytest.mark.parametrize("layered", LAYERS)
def test_handled_error(layered):
    assert answer_of(app_of(layered), "GET", "/handled").body == b"handled"


@pytest.mark.parametrize("layered", LAYERS)
def test_exceptions_of_mounted_applications_are_handled(layered):
    assert answer_of(app_of(layered), "GET", "/raw/x").status == 418


@pytest.mark.parametrize("layered", LAYERS)
@pytest.mark.parametrize(
    ("path", "error"),
    [("/late", Broken), ("/raw-late/x", Broken), ("/late-handled", RuntimeError)],
)
def test_begun_response_is_not_begun_again(layered, path, error):
    started = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            started.append(message["status"])

    with pytest.raises(error):
        asyncio.run(app_of(layered)(http_scope("GET", path), receive, send))
    assert started == [200]


def test_server_error_has_cors_headers():
    app = app_of(layered=False)
    app.add_middleware(CORSMiddleware, allow_origins=["https://example.com"])
    response = client(app).get("/broken", headers={"origin": "https://example.com"})
    assert response.status_code == 500
    assert response.headers["access-control-allow-origin"] == "https://example.com"
    other = client(app).get("/broken", headers={"origin": "https://other.com"})
    assert "access-control-allow-origin" not in other.headers


def test_middleware_may_answer_errors_itself():
    async def catching(request, call_next):
        try:
            return await call_next(request)
        except Broken:
            return PlainTextResponse("caught", 503)

    app = app_of(layered=False)
    app.middleware("http")(catching)
    assert answer_of(app, "GET", "/broken").status == 503


def test_handlers_by_status_code():
    app = Dovetail(openapi_url=None)

    @app.exception_handler(404)
    async def not_found(request, error):
        return PlainTextResponse("nothing here", 404)

    assert answer_of(app, "GET", "/x").body == b"nothing here"
