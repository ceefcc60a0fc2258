"""Starlette, with the work that FastAPI would do written by hand."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from benchmarks.peers import handwritten
from benchmarks.peers.middleware import HeaderMiddleware
from benchmarks.peers.models import RECORDS, TICKS, Item, Search


def application(path: str, endpoint: Any, method: str = "GET") -> Starlette:
    """Return an application of one route."""
    return Starlette(routes=[Route(path, endpoint, methods=[method])])


def json_bytes(content: bytes, status: int = 200) -> Response:
    """Return a response of JSON that is already written."""
    return Response(content, status, media_type="application/json")


def hello() -> Starlette:
    """Answer with a dict."""

    async def read(_request: Request) -> Response:
        return JSONResponse({"message": "Hello, world"})

    return application("/", read)


def path_query() -> Starlette:
    """Take a number from the path and a text from the query string."""

    async def read(request: Request) -> Response:
        item_id: int = request.path_params["item_id"]
        return JSONResponse({"item_id": item_id, "q": request.query_params.get("q")})

    return application("/items/{item_id:int}", read)


def ten_queries() -> Starlette:
    """Check ten query parameters."""

    async def search(request: Request) -> Response:
        query = Search.model_validate(dict(request.query_params))
        return json_bytes(query.__pydantic_serializer__.to_json(query))

    return application("/search", search)


def headers_cookies() -> Starlette:
    """Read four headers and two cookies."""

    async def read(request: Request) -> Response:
        headers, cookies = request.headers, request.cookies
        return JSONResponse(
            {
                "user_agent": headers["user-agent"],
                "accept_language": headers["accept-language"],
                "x_request_id": headers["x-request-id"],
                "x_tenant": int(headers["x-tenant"]),
                "session": cookies["session"],
                "theme": cookies.get("theme", "light"),
            }
        )

    return application("/context", read)


def model() -> Starlette:
    """Take a model and give it back."""

    async def create(request: Request) -> Response:
        try:
            item = Item.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse(handwritten.error_details(error), 422)
        return json_bytes(item.__pydantic_serializer__.to_json(item))

    return application("/items", create, "POST")


invalid = model


def nested_models() -> Starlette:
    """Take 1,000 models with a model in each, and give them back."""

    async def create(request: Request) -> Response:
        orders = handwritten.ORDERS.validate_json(await request.body())
        return json_bytes(handwritten.ORDERS.dump_json(orders))

    return application("/orders", create, "POST")


def objects() -> Starlette:
    """Show objects of another kind by their response model."""

    async def read(_request: Request) -> Response:
        records = handwritten.RECORDS_OUT.validate_python(RECORDS, from_attributes=True)
        return json_bytes(handwritten.RECORDS_OUT.dump_json(records))

    return application("/records", read)


def async_dependencies() -> Starlette:
    """Await ten async functions, each called by the one before."""

    async def read(_request: Request) -> Response:
        return JSONResponse({"value": await handwritten.chain()})

    return application("/", read)


def yield_dependencies() -> Starlette:
    """Enter and leave ten async context managers."""

    async def read(_request: Request) -> Response:
        async with AsyncExitStack() as stack:
            value = 0
            for number in range(10):
                value += await stack.enter_async_context(handwritten.resource(number))
            return JSONResponse({"value": value})

    return application("/", read)


def sync() -> Starlette:
    """Answer from a function that may block."""

    def read(_request: Request) -> Response:
        return JSONResponse({"message": "Hello, world"})

    return application("/", read)


def sync_dependencies() -> Starlette:
    """Call ten sync functions, which may block, in one thread."""

    async def read(_request: Request) -> Response:
        return JSONResponse({"value": await run_in_threadpool(handwritten.sum_of_lookups)})

    return application("/", read)


def scopes() -> Starlette:
    """Ask for scopes."""
    needed = frozenset({"me", "items:read"})

    async def read(request: Request) -> Response:
        user = handwritten.current_user(request.headers.get("authorization"), needed)
        return json_bytes(user.__pydantic_serializer__.to_json(user))

    def refuse(_request: Request, error: Exception) -> Response:
        if not isinstance(error, handwritten.Refused):
            raise error
        headers = {"WWW-Authenticate": error.challenge}
        return JSONResponse({"detail": error.detail}, error.status, headers)

    routes = [Route("/me", read)]
    return Starlette(routes=routes, exception_handlers={handwritten.Refused: refuse})


def upload() -> Starlette:
    """Take a form with a file."""

    async def create(request: Request) -> Response:
        async with request.form() as form:
            title, file = form["title"], form["file"]
            if not isinstance(file, UploadFile):
                return JSONResponse({"detail": "a file is needed"}, 422)
            size = len(await file.read())
            return JSONResponse({"title": title, "filename": file.filename, "size": size})

    return application("/upload", create, "POST")


def thing_route(group: int, thing: int) -> Route:
    """Return one route."""

    async def read(request: Request) -> Response:
        item_id: int = request.path_params["item_id"]
        return JSONResponse({"group": group, "thing": thing, "item_id": item_id})

    return Route(f"/thing{thing}/{{item_id:int}}", read)


def last_route() -> Starlette:
    """Serve 500 routes in 50 groups."""
    groups = [
        Mount(f"/group{group}", routes=[thing_route(group, thing) for thing in range(10)])
        for group in range(50)
    ]
    return Starlette(routes=[Mount("/api", routes=groups)])


def middleware() -> Starlette:
    """Add a header in each of three middleware."""

    async def third(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["x-third"] = "3"
        return response

    async def read(_request: Request) -> Response:
        return JSONResponse({"message": "Hello, world"})

    stack = [
        Middleware(HeaderMiddleware, name="x-first", value="1"),
        Middleware(HeaderMiddleware, name="x-second", value="2"),
        Middleware(BaseHTTPMiddleware, dispatch=third),
    ]
    return Starlette(routes=[Route("/", read)], middleware=stack)


def events() -> Starlette:
    """Send 1,000 events."""

    async def write() -> AsyncIterator[bytes]:
        for tick in TICKS:
            yield b"data: %b\n\n" % tick.__pydantic_serializer__.to_json(tick)

    async def stream(_request: Request) -> Response:
        headers = {"Cache-Control": "no-cache"}
        return StreamingResponse(write(), headers=headers, media_type="text/event-stream")

    return application("/events", stream)


def websocket() -> Starlette:
    """Send back each text."""

    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            pass

    return Starlette(routes=[WebSocketRoute("/echo", echo)])
