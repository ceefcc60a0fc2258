"""Falcon: resources on its ASGI application, parameters by its getters, models by Pydantic."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

from falcon import WebSocketDisconnected, sync_to_async
from falcon.asgi import App, Request, Response, SSEvent, WebSocket
from pydantic import ValidationError

from benchmarks.peers import handwritten
from benchmarks.peers.models import RECORDS, TICKS, Item

Application = App[Request, Response]


def application(path: str, resource: object, **options: Any) -> Application:
    """Return an application of one resource."""
    app = App(**options)
    app.add_route(path, resource)
    return app


class Hello:
    """Answers with a dict."""

    async def on_get(self, _request: Request, response: Response) -> None:
        """Handle GET."""
        response.media = {"message": "Hello, world"}


def hello() -> Application:
    """Answer with a dict."""
    return application("/", Hello())


def path_query() -> Application:
    """Take a number from the path and a text from the query string."""

    class Resource:
        async def on_get(self, request: Request, response: Response, item_id: int) -> None:
            response.media = {"item_id": item_id, "q": request.get_param("q")}

    return application("/items/{item_id:int}", Resource())


def ten_queries() -> Application:
    """Check ten query parameters: as far as there are getters, by them."""

    class Resource:
        async def on_get(self, request: Request, response: Response) -> None:
            text = request.get_param("text", required=True)
            category = request.get_param("category", required=True)
            sort = request.get_param("sort", required=True)
            order = request.get_param("order", required=True)
            handwritten.check_texts(text, category, sort, order)
            response.media = {
                "text": text,
                "page": request.get_param_as_int("page", required=True, min_value=1),
                "size": request.get_param_as_int("size", True, min_value=1, max_value=100),
                "price_min": request.get_param_as_float("price_min", True, min_value=0),
                "price_max": request.get_param_as_float("price_max", True, max_value=1_000_000),
                "category": category,
                "sort": sort,
                "order": order,
                "in_stock": request.get_param_as_bool("in_stock", required=True),
                "rating": request.get_param_as_int("rating", True, min_value=1, max_value=5),
            }

    return application("/search", Resource())


def headers_cookies() -> Application:
    """Read four headers and two cookies."""

    class Resource:
        async def on_get(self, request: Request, response: Response) -> None:
            cookies = request.cookies
            response.media = {
                "user_agent": request.user_agent,
                "accept_language": request.get_header("accept-language", required=True),
                "x_request_id": request.get_header("x-request-id", required=True),
                "x_tenant": request.get_header_as_int("x-tenant", required=True),
                "session": cookies["session"],
                "theme": cookies.get("theme", "light"),
            }

    return application("/context", Resource())


def model() -> Application:
    """Take a model and give it back."""

    class Resource:
        async def on_post(self, request: Request, response: Response) -> None:
            item = Item.model_validate_json(await request.stream.read())
            response.data = item.__pydantic_serializer__.to_json(item)

    app = application("/items", Resource())
    app.add_error_handler(ValidationError, refuse_invalid)
    return app


async def refuse_invalid(
    _request: Request, response: Response, error: ValidationError, _params: dict[str, Any]
) -> None:
    """Answer with a 422."""
    response.status = 422
    response.media = handwritten.error_details(error)


invalid = model


def nested_models() -> Application:
    """Take 1,000 models with a model in each, and give them back."""

    class Resource:
        async def on_post(self, request: Request, response: Response) -> None:
            orders = handwritten.ORDERS.validate_json(await request.stream.read())
            response.data = handwritten.ORDERS.dump_json(orders)

    return application("/orders", Resource())


def objects() -> Application:
    """Show objects of another kind by their response model."""

    class Resource:
        async def on_get(self, _request: Request, response: Response) -> None:
            records = handwritten.RECORDS_OUT.validate_python(RECORDS, from_attributes=True)
            response.data = handwritten.RECORDS_OUT.dump_json(records)

    return application("/records", Resource())


def async_dependencies() -> Application:
    """Await ten async functions, each called by the one before."""

    class Resource:
        async def on_get(self, _request: Request, response: Response) -> None:
            response.media = {"value": await handwritten.chain()}

    return application("/", Resource())


def yield_dependencies() -> Application:
    """Enter and leave ten async context managers."""

    class Resource:
        async def on_get(self, _request: Request, response: Response) -> None:
            async with AsyncExitStack() as stack:
                value = 0
                for number in range(10):
                    value += await stack.enter_async_context(handwritten.resource(number))
                response.media = {"value": value}

    return application("/", Resource())


def sync() -> Application:
    """Answer from a function that may block."""

    def work() -> dict[str, str]:
        return {"message": "Hello, world"}

    class Resource:
        async def on_get(self, _request: Request, response: Response) -> None:
            response.media = await sync_to_async(work)

    return application("/", Resource())


def sync_dependencies() -> Application:
    """Call ten sync functions, which may block, in one thread."""

    class Resource:
        async def on_get(self, _request: Request, response: Response) -> None:
            response.media = {"value": await sync_to_async(handwritten.sum_of_lookups)}

    return application("/", Resource())


def scopes() -> Application:
    """Ask for scopes."""
    needed = frozenset({"me", "items:read"})

    class Resource:
        async def on_get(self, request: Request, response: Response) -> None:
            user = handwritten.current_user(request.auth, needed)
            response.data = user.__pydantic_serializer__.to_json(user)

    async def refuse(
        _request: Request, response: Response, error: handwritten.Refused, _params: dict[str, Any]
    ) -> None:
        response.status = error.status
        response.set_header("WWW-Authenticate", error.challenge)
        response.media = {"detail": error.detail}

    app = application("/me", Resource())
    app.add_error_handler(handwritten.Refused, refuse)
    return app


def upload() -> Application:
    """Take a form with a file."""

    class Resource:
        async def on_post(self, request: Request, response: Response) -> None:
            answer: dict[str, Any] = {}
            async for part in await request.get_media():
                if part.name == "title":
                    answer["title"] = await part.text
                elif part.name == "file":
                    answer["filename"] = part.filename
                    answer["size"] = len(await part.stream.read())
            response.media = answer

    return application("/upload", Resource())


class Thing:
    """One of many routes."""

    def __init__(self, group: int, thing: int) -> None:
        self.group = group
        self.thing = thing

    async def on_get(self, _request: Request, response: Response, item_id: int) -> None:
        """Handle GET."""
        response.media = {"group": self.group, "thing": self.thing, "item_id": item_id}


def last_route() -> Application:
    """Serve 500 routes."""
    app = App()
    for group in range(50):
        for thing in range(10):
            path = f"/api/group{group}/thing{thing}/{{item_id:int}}"
            app.add_route(path, Thing(group, thing))
    return app


class Header:
    """Adds one header to every response."""

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self.value = value

    async def process_response(
        self, _request: Request, response: Response, _resource: object, _succeeded: bool
    ) -> None:
        """Handle a response."""
        response.set_header(self.name, self.value)


def middleware() -> Application:
    """Add a header in each of three middleware."""
    stack = [Header("x-first", "1"), Header("x-second", "2"), Header("x-third", "3")]
    return application("/", Hello(), middleware=stack)


def events() -> Application:
    """Send 1,000 events."""

    async def write() -> AsyncIterator[SSEvent]:
        for tick in TICKS:
            yield SSEvent(data=tick.__pydantic_serializer__.to_json(tick))

    class Resource:
        async def on_get(self, _request: Request, response: Response) -> None:
            response.sse = write()

    return application("/events", Resource())


def websocket() -> Application:
    """Send back each text."""

    class Resource:
        async def on_websocket(self, _request: Request, socket: WebSocket) -> None:
            await socket.accept()
            try:
                while True:
                    await socket.send_text(await socket.receive_text())
            except WebSocketDisconnected:
                pass

    return application("/echo", Resource())
