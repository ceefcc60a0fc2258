"""FastAPI, and the core under test: the same file, with the import exchanged."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import (
    APIRouter,
    Cookie,
    Depends,
    FastAPI,
    Form,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
    WebSocket,
    WebSocketDisconnect,
)
from fastapi.security import OAuth2PasswordBearer, SecurityScopes
from fastapi.sse import EventSourceResponse

from benchmarks.peers.middleware import HeaderMiddleware
from benchmarks.peers.models import (
    RECORDS,
    SESSIONS,
    TICKS,
    Item,
    Order,
    Record,
    RecordOut,
    Tick,
    User,
)

Handler = Callable[..., Any]


def hello() -> FastAPI:
    """Answer with a dict."""
    app = FastAPI()

    @app.get("/")
    async def read() -> dict[str, str]:
        return {"message": "Hello, world"}

    return app


def path_query() -> FastAPI:
    """Take a number from the path and a text from the query string."""
    app = FastAPI()

    @app.get("/items/{item_id}")
    async def read(item_id: int, q: str | None = None) -> dict[str, Any]:
        return {"item_id": item_id, "q": q}

    return app


def ten_queries() -> FastAPI:
    """Check ten query parameters."""
    app = FastAPI()

    @app.get("/search")
    async def search(
        text: Annotated[str, Query(min_length=1, max_length=50)],
        page: Annotated[int, Query(ge=1)],
        size: Annotated[int, Query(ge=1, le=100)],
        price_min: Annotated[float, Query(ge=0)],
        price_max: Annotated[float, Query(le=1_000_000)],
        category: Annotated[str, Query(pattern="^[a-z-]+$")],
        sort: Literal["name", "price", "rating"],
        order: Literal["asc", "desc"],
        in_stock: bool,
        rating: Annotated[int, Query(ge=1, le=5)],
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

    return app


def headers_cookies() -> FastAPI:
    """Read four headers and two cookies."""
    app = FastAPI()

    @app.get("/context")
    async def read(
        user_agent: Annotated[str, Header()],
        accept_language: Annotated[str, Header()],
        x_request_id: Annotated[str, Header()],
        x_tenant: Annotated[int, Header()],
        session: Annotated[str, Cookie()],
        theme: Annotated[str, Cookie()] = "light",
    ) -> dict[str, Any]:
        return {
            "user_agent": user_agent,
            "accept_language": accept_language,
            "x_request_id": x_request_id,
            "x_tenant": x_tenant,
            "session": session,
            "theme": theme,
        }

    return app


def model() -> FastAPI:
    """Take a model and give it back."""
    app = FastAPI()

    @app.post("/items")
    async def create(item: Item) -> Item:
        return item

    return app


invalid = model


def nested_models() -> FastAPI:
    """Take 1,000 models with a model in each, and give them back."""
    app = FastAPI()

    @app.post("/orders")
    async def create(orders: list[Order]) -> list[Order]:
        return orders

    return app


def objects() -> FastAPI:
    """Show objects of another kind by their response model."""
    app = FastAPI()

    @app.get("/records", response_model=list[RecordOut])
    async def read() -> list[Record]:
        return RECORDS

    return app


def dependency_chain(depth: int) -> Handler:
    """Return an async dependency that depends on `depth - 1` others, one on the next."""
    if depth == 1:

        async def first() -> int:
            return 1

        return first
    below = dependency_chain(depth - 1)

    async def add_one(value: Annotated[int, Depends(below)]) -> int:
        return value + 1

    return add_one


def async_dependencies() -> FastAPI:
    """Depend on ten async functions, each on the next."""
    app = FastAPI()

    @app.get("/")
    async def read(value: Annotated[int, Depends(dependency_chain(10))]) -> dict[str, int]:
        return {"value": value}

    return app


def overrides() -> FastAPI:
    """The same, while an override is set for a dependency that is not used."""
    app = async_dependencies()

    async def unrelated() -> None:
        return None

    async def replacement() -> None:
        return None

    app.dependency_overrides[unrelated] = replacement
    return app


def sum_of_ten(dependency: Callable[[int], Handler]) -> FastAPI:
    """Return an application with ten dependencies side by side, made from the numbers 0 to 9."""
    app = FastAPI()

    @app.get("/")
    async def read(
        a: Annotated[int, Depends(dependency(0))],
        b: Annotated[int, Depends(dependency(1))],
        c: Annotated[int, Depends(dependency(2))],
        d: Annotated[int, Depends(dependency(3))],
        e: Annotated[int, Depends(dependency(4))],
        f: Annotated[int, Depends(dependency(5))],
        g: Annotated[int, Depends(dependency(6))],
        h: Annotated[int, Depends(dependency(7))],
        i: Annotated[int, Depends(dependency(8))],
        j: Annotated[int, Depends(dependency(9))],
    ) -> dict[str, int]:
        return {"value": a + b + c + d + e + f + g + h + i + j}

    return app


def yield_dependencies() -> FastAPI:
    """Enter and leave ten async dependencies with `yield`."""

    def resource(number: int) -> Handler:
        async def hold() -> AsyncIterator[int]:
            try:
                yield number
            finally:
                pass

        return hold

    return sum_of_ten(resource)


def sync_dependencies() -> FastAPI:
    """Call ten sync functions, which may block."""

    def lookup(number: int) -> Handler:
        def find() -> int:
            return number

        return find

    return sum_of_ten(lookup)


def sync() -> FastAPI:
    """Answer from a function that may block."""
    app = FastAPI()

    @app.get("/")
    def read() -> dict[str, str]:
        return {"message": "Hello, world"}

    return app


def scopes() -> FastAPI:
    """Ask for scopes on three levels."""
    app = FastAPI()
    token_of = OAuth2PasswordBearer("token", scopes={"me": "Yourself", "items:read": "Items"})

    async def current_user(
        security_scopes: SecurityScopes, token: Annotated[str, Depends(token_of)]
    ) -> User:
        challenge = {"WWW-Authenticate": f'Bearer scope="{security_scopes.scope_str}"'}
        session = SESSIONS.get(token)
        if session is None:
            raise HTTPException(401, "Unknown token", headers=challenge)
        if not session.scopes.issuperset(security_scopes.scopes):
            raise HTTPException(403, "Not enough permissions", headers=challenge)
        return session.user

    async def active_user(user: Annotated[User, Security(current_user, scopes=["me"])]) -> User:
        return user

    @app.get("/me")
    async def read(user: Annotated[User, Security(active_user, scopes=["items:read"])]) -> User:
        return user

    return app


def upload() -> FastAPI:
    """Take a form with a file."""
    app = FastAPI()

    @app.post("/upload")
    async def create(title: Annotated[str, Form()], file: UploadFile) -> dict[str, Any]:
        content = await file.read()
        return {"title": title, "filename": file.filename, "size": len(content)}

    return app


def last_route() -> FastAPI:
    """Serve 500 routes in 50 routers, all of them in one that is included in turn."""
    app = FastAPI()
    api = APIRouter(prefix="/api")
    for group in range(50):
        api.include_router(group_router(group))
    app.include_router(api)
    return app


def group_router(group: int) -> APIRouter:
    """Return a router of ten routes."""
    router = APIRouter(prefix=f"/group{group}")
    for thing in range(10):
        add_thing(router, group, thing)
    return router


def add_thing(router: APIRouter, group: int, thing: int) -> None:
    """Add one route."""

    @router.get(f"/thing{thing}/{{item_id}}")
    async def read(item_id: int) -> dict[str, int]:
        return {"group": group, "thing": thing, "item_id": item_id}


def middleware() -> FastAPI:
    """Add a header in each of three middleware."""
    app = hello()

    @app.middleware("http")
    async def third(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        response.headers["x-third"] = "3"
        return response

    app.add_middleware(HeaderMiddleware, name="x-second", value="2")
    app.add_middleware(HeaderMiddleware, name="x-first", value="1")
    return app


def events() -> FastAPI:
    """Send 1,000 events."""
    app = FastAPI()

    @app.get("/events", response_class=EventSourceResponse)
    async def stream() -> AsyncIterable[Tick]:
        for tick in TICKS:
            yield tick

    return app


def websocket() -> FastAPI:
    """Send back each text."""
    app = FastAPI()

    @app.websocket("/echo")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            pass

    return app
