"""BlackSheep, with its own bindings, and Pydantic models."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from blacksheep import (
    Application,
    Content,
    FromCookie,
    FromHeader,
    FromJSON,
    Request,
    Response,
    Router,
    WebSocket,
    WebSocketDisconnectError,
    json,
)
from blacksheep.server.sse import ServerSentEventsResponse, TextServerSentEvent
from pydantic import BaseModel, ValidationError

from benchmarks.peers import handwritten
from benchmarks.peers.models import RECORDS, TICKS, Item, Search

Handler = Callable[..., Awaitable[Any]]
JSON = b"application/json"


def application() -> Application:
    """Return an application with a router of its own: the default one is shared by all."""
    return Application(router=Router())


def json_bytes(content: bytes, status: int = 200) -> Response:
    """Return a response of JSON that is already written."""
    return Response(status, content=Content(JSON, content))


def written(model: BaseModel) -> Response:
    """Return a model as a response."""
    return json_bytes(model.__pydantic_serializer__.to_json(model))


def hello() -> Application:
    """Answer with a dict."""
    app = application()

    @app.router.get("/")
    async def read() -> Response:
        return json({"message": "Hello, world"})

    return app


def path_query() -> Application:
    """Take a number from the path and a text from the query string."""
    app = application()

    @app.router.get("/items/{item_id}")
    async def read(item_id: int, q: str | None = None) -> Response:
        return json({"item_id": item_id, "q": q})

    return app


def ten_queries() -> Application:
    """Check ten query parameters: the bindings know types but no constraints, so by a model."""
    app = application()

    @app.router.get("/search")
    async def search(request: Request) -> Response:
        query = Search.model_validate({name: values[0] for name, values in request.query.items()})
        return written(query)

    return app


class UserAgent(FromHeader[str]):
    """The header of that name."""

    name = "User-Agent"


class AcceptLanguage(FromHeader[str]):
    """The header of that name."""

    name = "Accept-Language"


class RequestId(FromHeader[str]):
    """The header of that name."""

    name = "X-Request-Id"


class Tenant(FromHeader[int]):
    """The header of that name."""

    name = "X-Tenant"


class SessionCookie(FromCookie[str]):
    """The cookie of that name."""

    name = "session"


class ThemeCookie(FromCookie[str]):
    """The cookie of that name."""

    name = "theme"


def headers_cookies() -> Application:
    """Read four headers and two cookies."""
    app = application()

    @app.router.get("/context")
    async def read(
        user_agent: UserAgent,
        accept_language: AcceptLanguage,
        x_request_id: RequestId,
        x_tenant: Tenant,
        session: SessionCookie,
        theme: ThemeCookie,
    ) -> Response:
        content = {
            "user_agent": user_agent.value,
            "accept_language": accept_language.value,
            "x_request_id": x_request_id.value,
            "x_tenant": x_tenant.value,
            "session": session.value,
            "theme": theme.value,
        }
        return json(content)

    return app


def model() -> Application:
    """Take a model and give it back."""
    app = application()

    @app.router.post("/items")
    async def create(item: FromJSON[Item]) -> Response:
        return written(item.value)

    return app


def invalid() -> Application:
    """Refuse a model with a 422 in the agreed format, which is not BlackSheep's own."""
    app = application()

    @app.router.post("/items")
    async def create(request: Request) -> Response:
        try:
            item = Item.model_validate_json(await request.read() or b"")
        except ValidationError as error:
            return json(handwritten.error_details(error), 422)
        return written(item)

    return app


def nested_models() -> Application:
    """Take 1,000 models with a model in each, and give them back."""
    app = application()

    @app.router.post("/orders")
    async def create(request: Request) -> Response:
        orders = handwritten.ORDERS.validate_json(await request.read() or b"")
        return json_bytes(handwritten.ORDERS.dump_json(orders))

    return app


def objects() -> Application:
    """Show objects of another kind by their response model."""
    app = application()

    @app.router.get("/records")
    async def read() -> Response:
        records = handwritten.RECORDS_OUT.validate_python(RECORDS, from_attributes=True)
        return json_bytes(handwritten.RECORDS_OUT.dump_json(records))

    return app


def async_dependencies() -> Application:
    """Await ten async functions, each called by the one before."""
    app = application()

    @app.router.get("/")
    async def read() -> Response:
        return json({"value": await handwritten.chain()})

    return app


def yield_dependencies() -> Application:
    """Enter and leave ten async context managers."""
    app = application()

    @app.router.get("/")
    async def read() -> Response:
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

    @app.router.get("/")
    async def read() -> Response:
        return json(await asyncio.to_thread(work))

    return app


def sync_dependencies() -> Application:
    """Call ten sync functions, which may block, in one thread."""
    app = application()

    @app.router.get("/")
    async def read() -> Response:
        return json({"value": await asyncio.to_thread(handwritten.sum_of_lookups)})

    return app


def scopes() -> Application:
    """Ask for scopes."""
    needed = frozenset({"me", "items:read"})
    app = application()

    @app.router.get("/me")
    async def read(request: Request) -> Response:
        header = request.get_first_header(b"authorization")
        try:
            user = handwritten.current_user(header.decode() if header else None, needed)
        except handwritten.Refused as error:
            response = json({"detail": error.detail}, error.status)
            response.add_header(b"WWW-Authenticate", error.challenge.encode())
            return response
        return written(user)

    return app


def upload() -> Application:
    """Take a form with a file."""
    app = application()

    @app.router.post("/upload")
    async def create(request: Request) -> Response:
        form = await request.form() or {}
        [file] = await request.files("file")
        filename, size = (file.file_name or b"").decode(), len(file.data)
        return json({"title": form["title"], "filename": filename, "size": size})

    return app


def thing_handler(group: int, thing: int) -> Handler:
    """Return the handler of one route."""

    async def read(item_id: int) -> Response:
        return json({"group": group, "thing": thing, "item_id": item_id})

    return read


def last_route() -> Application:
    """Serve 500 routes."""
    app = application()
    for group in range(50):
        for thing in range(10):
            path = f"/api/group{group}/thing{thing}/{{item_id}}"
            app.router.add_get(path, thing_handler(group, thing))
    return app


def middleware() -> Application:
    """Add a header in each of three middleware."""
    app = hello()

    def adding(name: bytes, value: bytes) -> Handler:
        async def add(request: Request, handler: Handler) -> Response:
            response: Response = await handler(request)
            response.add_header(name, value)
            return response

        return add

    for name, value in ((b"x-first", b"1"), (b"x-second", b"2"), (b"x-third", b"3")):
        app.middlewares.append(adding(name, value))
    return app


def events() -> Application:
    """Send 1,000 events."""
    app = application()

    async def write() -> AsyncIterator[TextServerSentEvent]:
        for tick in TICKS:
            yield TextServerSentEvent(tick.model_dump_json())

    @app.router.get("/events")
    async def stream() -> Response:
        return ServerSentEventsResponse(write)

    return app


def websocket() -> Application:
    """Send back each text."""
    app = application()

    @app.router.ws("/echo")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnectError:
            pass

    return app
