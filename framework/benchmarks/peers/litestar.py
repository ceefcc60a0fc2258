"""Litestar, with its own parameters, dependencies and guards, and Pydantic models."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from litestar import Litestar, Request, Response, Router, get, post, websocket_listener
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.di import Provide
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.params import Body, Parameter
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage
from pydantic import ValidationError

from benchmarks.peers import handwritten
from benchmarks.peers import litestar_chain as chain
from benchmarks.peers.middleware import HeaderMiddleware
from benchmarks.peers.models import RECORDS, SESSIONS, TICKS, Item, Order, RecordOut, User

Provider = Callable[..., Any]


def application(*handlers: Any, **options: Any) -> Litestar:
    """Return an application without Litestar's logging set-up, which would change the process's."""
    return Litestar(list(handlers), logging_config=None, **options)


def hello() -> Litestar:
    """Answer with a dict."""

    @get("/")
    async def read() -> dict[str, str]:
        return {"message": "Hello, world"}

    return application(read)


def path_query() -> Litestar:
    """Take a number from the path and a text from the query string."""

    @get("/items/{item_id:int}")
    async def read(item_id: int, q: str | None = None) -> dict[str, Any]:
        return {"item_id": item_id, "q": q}

    return application(read)


def ten_queries() -> Litestar:
    """Check ten query parameters."""

    @get("/search")
    async def search(
        text: Annotated[str, Parameter(min_length=1, max_length=50)],
        page: Annotated[int, Parameter(ge=1)],
        size: Annotated[int, Parameter(ge=1, le=100)],
        price_min: Annotated[float, Parameter(ge=0)],
        price_max: Annotated[float, Parameter(le=1_000_000)],
        category: Annotated[str, Parameter(pattern="^[a-z-]+$")],
        sort: Literal["name", "price", "rating"],
        order: Literal["asc", "desc"],
        in_stock: bool,
        rating: Annotated[int, Parameter(ge=1, le=5)],
    ) -> dict[str, Any]:
        return {
            "text": text,
            "page": page,
            "size": size,
            "price_min": price_min,
            "price_max": price_max,
            "category": category,
            "sort": sort,
            "order": order,
            "in_stock": in_stock,
            "rating": rating,
        }

    return application(search)


def headers_cookies() -> Litestar:
    """Read four headers and two cookies."""

    @get("/context")
    async def read(
        user_agent: Annotated[str, Parameter(header="User-Agent")],
        accept_language: Annotated[str, Parameter(header="Accept-Language")],
        x_request_id: Annotated[str, Parameter(header="X-Request-Id")],
        x_tenant: Annotated[int, Parameter(header="X-Tenant")],
        session: Annotated[str, Parameter(cookie="session")],
        theme: Annotated[str, Parameter(cookie="theme")] = "light",
    ) -> dict[str, Any]:
        return {
            "user_agent": user_agent,
            "accept_language": accept_language,
            "x_request_id": x_request_id,
            "x_tenant": x_tenant,
            "session": session,
            "theme": theme,
        }

    return application(read)


def model() -> Litestar:
    """Take a model and give it back."""

    @post("/items", status_code=200)
    async def create(data: Item) -> Item:
        return data

    return application(create)


def invalid() -> Litestar:
    """Refuse a model with a 422 in the agreed format, which is not Litestar's own."""

    @post("/items", status_code=200)
    async def create(request: Request[Any, Any, Any]) -> Item:
        return Item.model_validate_json(await request.body())

    def refuse(_request: Request[Any, Any, Any], error: ValidationError) -> Response[Any]:
        return Response(handwritten.error_details(error), status_code=422)

    return application(create, exception_handlers={ValidationError: refuse})


def nested_models() -> Litestar:
    """Take 1,000 models with a model in each, and give them back."""

    @post("/orders", status_code=200)
    async def create(data: list[Order]) -> list[Order]:
        return data

    return application(create)


def objects() -> Litestar:
    """Show objects of another kind by their response model."""

    @get("/records")
    async def read() -> list[RecordOut]:
        return handwritten.RECORDS_OUT.validate_python(RECORDS, from_attributes=True)

    return application(read)


def async_dependencies() -> Litestar:
    """Depend on ten async functions, each on the next."""

    @get("/", dependencies=chain.PROVIDERS)
    async def read(v10: int) -> dict[str, int]:
        return {"value": v10}

    return application(read)


def sum_of_ten(provide: Callable[[int], Provide]) -> Litestar:
    """Return an application with ten dependencies side by side, made from the numbers 0 to 9."""

    @get("/", dependencies={name: provide(number) for number, name in enumerate("abcdefghij")})
    async def read(
        a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int, i: int, j: int
    ) -> dict[str, int]:
        return {"value": a + b + c + d + e + f + g + h + i + j}

    return application(read)


def yield_dependencies() -> Litestar:
    """Enter and leave ten async dependencies with `yield`."""

    def resource(number: int) -> Provide:
        async def hold() -> AsyncIterator[int]:
            try:
                yield number
            finally:
                pass

        return Provide(hold)

    return sum_of_ten(resource)


def sync_dependencies() -> Litestar:
    """Call ten sync functions, which may block."""

    def lookup(number: int) -> Provide:
        def find() -> int:
            return number

        return Provide(find, sync_to_thread=True)

    return sum_of_ten(lookup)


def sync() -> Litestar:
    """Answer from a function that may block."""

    @get("/", sync_to_thread=True)
    def read() -> dict[str, str]:
        return {"message": "Hello, world"}

    return application(read)


def needs(scope: str) -> Callable[..., None]:
    """Return a guard that asks for a scope."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        token = connection.headers.get("authorization", "").removeprefix("Bearer ")
        session = SESSIONS.get(token)
        if session is None:
            raise NotAuthorizedException("Unknown token")
        if scope not in session.scopes:
            raise PermissionDeniedException("Not enough permissions")
        connection.scope["user"] = session.user

    return guard


def scopes() -> Litestar:
    """Ask for scopes by guards."""

    @get("/me", guards=[needs("me"), needs("items:read")])
    async def read(request: Request[User, Any, Any]) -> User:
        return request.user

    return application(read)


@dataclass
class UploadForm:
    """A title and a file."""

    title: str
    file: UploadFile


def upload() -> Litestar:
    """Take a form with a file."""

    @post("/upload", status_code=200)
    async def create(
        data: Annotated[UploadForm, Body(media_type=RequestEncodingType.MULTI_PART)],
    ) -> dict[str, Any]:
        content = await data.file.read()
        return {"title": data.title, "filename": data.file.filename, "size": len(content)}

    return application(create)


def thing_handler(group: int, thing: int) -> Any:
    """Return one route."""

    @get(f"/thing{thing}/{{item_id:int}}")
    async def read(item_id: int) -> dict[str, int]:
        return {"group": group, "thing": thing, "item_id": item_id}

    return read


def last_route() -> Litestar:
    """Serve 500 routes in 50 routers, all of them in one."""
    routers = [
        Router(
            f"/group{group}", route_handlers=[thing_handler(group, thing) for thing in range(10)]
        )
        for group in range(50)
    ]
    return application(Router("/api", route_handlers=routers))


def middleware() -> Litestar:
    """Add a header in each of three middleware."""

    @get("/")
    async def read() -> dict[str, str]:
        return {"message": "Hello, world"}

    names = ("first", "second", "third")
    stack = [
        DefineMiddleware(HeaderMiddleware, name=f"x-{name}", value=str(number))
        for number, name in enumerate(names, 1)
    ]
    return application(read, middleware=stack)


def events() -> Litestar:
    """Send 1,000 events."""

    async def write() -> AsyncIterator[ServerSentEventMessage]:
        for tick in TICKS:
            yield ServerSentEventMessage(data=tick.__pydantic_serializer__.to_json(tick))

    @get("/events")
    async def stream() -> ServerSentEvent:
        return ServerSentEvent(write())

    return application(stream)


def websocket() -> Litestar:
    """Send back each text."""

    @websocket_listener("/echo")
    async def echo(data: str) -> str:
        return data

    return application(echo)
