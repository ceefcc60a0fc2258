"""Sanic, as an ASGI application, and Pydantic models."""

import asyncio
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

from pydantic import BaseModel, ValidationError
from sanic import Blueprint, HTTPResponse, Request, Sanic, Websocket
from sanic.response import json, raw

from benchmarks.peers import handwritten
from benchmarks.peers.models import RECORDS, TICKS, Item, Search

NUMBERS = count()
Application = Sanic[Any, Any]


def application() -> Application:
    """Return an application under a name of its own, as Sanic keeps a registry of them."""
    app: Application = Sanic(f"benchmark-{next(NUMBERS)}", configure_logging=False)
    app.config.ACCESS_LOG = False
    return app


def json_bytes(content: bytes) -> HTTPResponse:
    """Return a response of JSON that is already written."""
    return raw(content, content_type="application/json")


def written(model: BaseModel) -> HTTPResponse:
    """Return a model as a response."""
    return json_bytes(model.__pydantic_serializer__.to_json(model))


def hello() -> Application:
    """Answer with a dict."""
    app = application()

    @app.get("/")
    async def read(_request: Request) -> HTTPResponse:
        return json({"message": "Hello, world"})

    return app


def path_query() -> Application:
    """Take a number from the path and a text from the query string."""
    app = application()

    @app.get("/items/<item_id:int>")
    async def read(request: Request, item_id: int) -> HTTPResponse:
        return json({"item_id": item_id, "q": request.args.get("q")})

    return app


def ten_queries() -> Application:
    """Check ten query parameters."""
    app = application()

    @app.get("/search")
    async def search(request: Request) -> HTTPResponse:
        return written(Search.model_validate(dict(request.query_args)))

    return app


def headers_cookies() -> Application:
    """Read four headers and two cookies."""
    app = application()

    @app.get("/context")
    async def read(request: Request) -> HTTPResponse:
        headers, cookies = request.headers, request.cookies
        content = {
            "user_agent": headers["user-agent"],
            "accept_language": headers["accept-language"],
            "x_request_id": headers["x-request-id"],
            "x_tenant": int(headers["x-tenant"]),
            "session": cookies.get("session"),
            "theme": cookies.get("theme", "light"),
        }
        return json(content)

    return app


def model() -> Application:
    """Take a model and give it back."""
    app = application()

    @app.post("/items")
    async def create(request: Request) -> HTTPResponse:
        try:
            item = Item.model_validate_json(request.body)
        except ValidationError as error:
            return json(handwritten.error_details(error), 422)
        return written(item)

    return app


invalid = model


def nested_models() -> Application:
    """Take 1,000 models with a model in each, and give them back."""
    app = application()

    @app.post("/orders")
    async def create(request: Request) -> HTTPResponse:
        orders = handwritten.ORDERS.validate_json(request.body)
        return json_bytes(handwritten.ORDERS.dump_json(orders))

    return app


def objects() -> Application:
    """Show objects of another kind by their response model."""
    app = application()

    @app.get("/records")
    async def read(_request: Request) -> HTTPResponse:
        records = handwritten.RECORDS_OUT.validate_python(RECORDS, from_attributes=True)
        return json_bytes(handwritten.RECORDS_OUT.dump_json(records))

    return app


def async_dependencies() -> Application:
    """Await ten async functions, each called by the one before."""
    app = application()

    @app.get("/")
    async def read(_request: Request) -> HTTPResponse:
        return json({"value": await handwritten.chain()})

    return app


def yield_dependencies() -> Application:
    """Enter and leave ten async context managers."""
    app = application()

    @app.get("/")
    async def read(_request: Request) -> HTTPResponse:
        async with AsyncExitStack() as stack:
            value = 0
            for number in range(10):
                value += await stack.enter_async_context(handwritten.resource(number))
            return json({"value": value})

    return app


def sync() -> Application:
    """Answer from a function that may block."""
    app = application()

    def work() -> dict[str, str]:
        return {"message": "Hello, world"}

    @app.get("/")
    async def read(_request: Request) -> HTTPResponse:
        return json(await asyncio.to_thread(work))

    return app


def sync_dependencies() -> Application:
    """Call ten sync functions, which may block, in one thread."""
    app = application()

    @app.get("/")
    async def read(_request: Request) -> HTTPResponse:
        return json({"value": await asyncio.to_thread(handwritten.sum_of_lookups)})

    return app


def scopes() -> Application:
    """Ask for scopes."""
    needed = frozenset({"me", "items:read"})
    app = application()

    @app.get("/me")
    async def read(request: Request) -> HTTPResponse:
        try:
            user = handwritten.current_user(request.headers.get("authorization"), needed)
        except handwritten.Refused as error:
            headers = {"WWW-Authenticate": error.challenge}
            return json({"detail": error.detail}, error.status, headers=headers)
        return written(user)

    return app


def upload() -> Application:
    """Take a form with a file."""
    app = application()

    @app.post("/upload")
    async def create(request: Request) -> HTTPResponse:
        if request.form is None or request.files is None or "file" not in request.files:
            return json({"detail": "a file is needed"}, 422)
        title, file = request.form.get("title"), request.files["file"][0]
        return json({"title": title, "filename": file.name, "size": len(file.body)})

    return app


def add_thing(blueprint: Blueprint, group: int, thing: int) -> None:
    """Add one route."""

    @blueprint.get(f"/thing{thing}/<item_id:int>", name=f"thing{thing}")
    async def read(_request: Request, item_id: int) -> HTTPResponse:
        return json({"group": group, "thing": thing, "item_id": item_id})


def last_route() -> Application:
    """Serve 500 routes in 50 blueprints, all of them in one group."""
    blueprints = [Blueprint(f"group{group}", url_prefix=f"/group{group}") for group in range(50)]
    for group, blueprint in enumerate(blueprints):
        for thing in range(10):
            add_thing(blueprint, group, thing)
    app = application()
    app.blueprint(Blueprint.group(*blueprints, url_prefix="/api"))
    return app


def middleware() -> Application:
    """Add a header in each of three middleware."""
    app = hello()

    def adding(name: str, value: str) -> None:
        async def add(_request: Request, response: HTTPResponse) -> None:
            response.headers[name] = value

        app.on_response(add)

    adding("x-first", "1")
    adding("x-second", "2")
    adding("x-third", "3")
    return app


def events() -> Application:
    """Send 1,000 events."""
    app = application()

    @app.get("/events")
    async def stream(request: Request) -> None:
        response = await request.respond(content_type="text/event-stream")
        for tick in TICKS:
            await response.send(b"data: %b\n\n" % tick.__pydantic_serializer__.to_json(tick))
        await response.eof()

    return app


def websocket() -> Application:
    """Send back each text."""
    app = application()

    @app.websocket("/echo")
    async def echo(_request: Request, socket: Websocket) -> None:
        while (text := await socket.recv()) is not None:
            await socket.send(text)

    return app
