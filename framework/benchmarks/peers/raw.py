"""ASGI functions with no framework: the same work, written out by hand for one answer each."""

import asyncio
import json
from contextlib import AsyncExitStack
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError
from python_multipart.multipart import MultipartParser, parse_options_header

from benchmarks.driver import App, Message, Receive, Send
from benchmarks.peers import handwritten
from benchmarks.peers.middleware import HeaderMiddleware
from benchmarks.peers.models import RECORDS, TICKS, Item, Search

JSON = (b"content-type", b"application/json")
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


async def respond(send: Send, body: bytes, status: int = 200, *more: tuple[bytes, bytes]) -> None:
    """Send a whole response of JSON."""
    headers = [(b"content-length", str(len(body)).encode()), JSON, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def respond_json(send: Send, content: Any, status: int = 200) -> None:
    """Send `content` as JSON."""
    await respond(send, ENCODER.encode(content).encode(), status)


async def read_body(receive: Receive) -> bytes:
    """Return the whole body of a request."""
    message = await receive()
    if not message.get("more_body"):
        return bytes(message["body"])
    chunks = [message["body"]]
    while message.get("more_body"):
        message = await receive()
        chunks.append(message["body"])
    return b"".join(chunks)


def hello() -> App:
    """Answer with a dict."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await respond_json(send, {"message": "Hello, world"})

    return app


def path_query() -> App:
    """Take a number from the path and a text from the query string."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        item_id = int(scope["path"].rpartition("/")[2])
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        await respond_json(send, {"item_id": item_id, "q": query.get("q")})

    return app


def ten_queries() -> App:
    """Check ten query parameters."""
    validate, write = (
        Search.__pydantic_validator__.validate_python,
        Search.__pydantic_serializer__.to_json,
    )

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
        await respond(send, write(validate(query)))

    return app


def cookies_of(header: str) -> dict[str, str]:
    """Return the cookies of a Cookie header (RFC 6265, section 5.4)."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs}


def headers_cookies() -> App:
    """Read four headers and two cookies."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        cookies = cookies_of(headers[b"cookie"])
        content = {
            "user_agent": headers[b"user-agent"],
            "accept_language": headers[b"accept-language"],
            "x_request_id": headers[b"x-request-id"],
            "x_tenant": int(headers[b"x-tenant"]),
            "session": cookies["session"],
            "theme": cookies.get("theme", "light"),
        }
        await respond_json(send, content)

    return app


def model() -> App:
    """Take a model and give it back."""
    validate, write = (
        Item.__pydantic_validator__.validate_json,
        Item.__pydantic_serializer__.to_json,
    )

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            item = validate(await read_body(receive))
        except ValidationError as error:
            await respond_json(send, handwritten.error_details(error), 422)
        else:
            await respond(send, write(item))

    return app


invalid = model


def nested_models() -> App:
    """Take 1,000 models with a model in each, and give them back."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        orders = handwritten.ORDERS.validate_json(await read_body(receive))
        await respond(send, handwritten.ORDERS.dump_json(orders))

    return app


def objects() -> App:
    """Show objects of another kind by their response model."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        records = handwritten.RECORDS_OUT.validate_python(RECORDS, from_attributes=True)
        await respond(send, handwritten.RECORDS_OUT.dump_json(records))

    return app


def async_dependencies() -> App:
    """Await ten async functions, each called by the one before."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await respond_json(send, {"value": await handwritten.chain()})

    return app


def yield_dependencies() -> App:
    """Enter and leave ten async context managers."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        async with AsyncExitStack() as stack:
            value = 0
            for number in range(10):
                value += await stack.enter_async_context(handwritten.resource(number))
            await respond_json(send, {"value": value})

    return app


def sync() -> App:
    """Answer from a function that may block."""

    def work() -> dict[str, str]:
        return {"message": "Hello, world"}

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await respond_json(send, await asyncio.to_thread(work))

    return app


def sync_dependencies() -> App:
    """Call ten sync functions, which may block, in one thread."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await respond_json(send, {"value": await asyncio.to_thread(handwritten.sum_of_lookups)})

    return app


def scopes() -> App:
    """Ask for scopes."""
    needed = frozenset({"me", "items:read"})

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        authorization = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value.decode("latin-1")
        try:
            user = handwritten.current_user(authorization, needed)
        except handwritten.Refused as error:
            body = ENCODER.encode({"detail": error.detail}).encode()
            challenge = (b"www-authenticate", error.challenge.encode())
            await respond(send, body, error.status, challenge)
        else:
            await respond(send, user.__pydantic_serializer__.to_json(user))

    return app


class Form:
    """Collects the parts of a multipart body (RFC 7578) from the parser's events."""

    def __init__(self, content_type: bytes) -> None:
        _, options = parse_options_header(content_type)
        self.values: dict[bytes, bytes] = {}
        self.filenames: dict[bytes, bytes] = {}
        self.header = b""
        self.name = b""
        self.data = BytesIO()
        self.parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self.begin,
                "on_header_value": self.value,
                "on_header_end": self.header_end,
                "on_part_data": self.part_data,
                "on_part_end": self.end,
            },
        )

    def begin(self) -> None:
        """A part begins."""
        self.data = BytesIO()

    def value(self, data: bytes, start: int, end: int) -> None:
        """More of a header's value."""
        self.header += data[start:end]

    def header_end(self) -> None:
        """A header is complete: of interest is the one that names the part."""
        kind, options = parse_options_header(self.header)
        if kind == b"form-data":
            self.name = options[b"name"]
            if b"filename" in options:
                self.filenames[self.name] = options[b"filename"]
        self.header = b""

    def part_data(self, data: bytes, start: int, end: int) -> None:
        """More of a part's content."""
        self.data.write(data[start:end])

    def end(self) -> None:
        """A part is complete."""
        self.values[self.name] = self.data.getvalue()


def upload() -> App:
    """Take a form with a file."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        form = Form(dict(scope["headers"])[b"content-type"])
        message: Message = {"more_body": True}
        while message.get("more_body"):
            message = await receive()
            form.parser.write(message["body"])
        content = {
            "title": form.values[b"title"].decode(),
            "filename": form.filenames[b"file"].decode(),
            "size": len(form.values[b"file"]),
        }
        await respond_json(send, content)

    return app


def last_route() -> App:
    """Serve 500 paths."""
    routes = {
        f"/api/group{group}/thing{thing}": (group, thing)
        for group in range(50)
        for thing in range(10)
    }

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        path, _, item_id = scope["path"].rpartition("/")
        group, thing = routes[path]
        await respond_json(send, {"group": group, "thing": thing, "item_id": int(item_id)})

    return app


def middleware() -> App:
    """Add a header in each of three middleware."""
    inner = HeaderMiddleware(hello(), "x-third", "3")
    return HeaderMiddleware(HeaderMiddleware(inner, "x-second", "2"), "x-first", "1")


def events() -> App:
    """Send 1,000 events."""
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for tick in TICKS:
            data = b"data: %b\n\n" % tick.__pydantic_serializer__.to_json(tick)
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


def websocket() -> App:
    """Send back each text."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if (await receive())["type"] != "websocket.connect":
            return
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})

    return app
