"""Calls an ASGI application as a server would, without a socket, and measures it.

Scopes are what uvicorn 0.54 builds. One request is in flight at a time. After the body, `receive`
waits until the response is complete, as it does for a client that stays connected.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from benchmarks.messages import Answer, Conversation, Request, parse_body

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

SERVER = ("127.0.0.1", 8000)
CLIENT = ("127.0.0.1", 50000)


class NoAnswer(Exception):
    """The application returned without a complete answer."""


def scope_of(request: Request) -> dict[str, Any]:
    """Return the ASGI scope (HTTP, version 2.3) of a request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in request.all_headers],
        "server": SERVER,
        "client": CLIENT,
    }


def is_last(message: Message) -> bool:
    """Tell whether a message of an HTTP response is its last."""
    return message["type"] == "http.response.body" and not message.get("more_body", False)


class HttpCaller:
    """Sends one request again and again."""

    def __init__(self, app: App, request: Request) -> None:
        self.app = app
        self.scope = scope_of(request)
        chunks = request.chunks()
        self.bodies: list[Message] = [
            {"type": "http.request", "body": chunk, "more_body": index < len(chunks) - 1}
            for index, chunk in enumerate(chunks)
        ]

    async def time(self, count: int) -> float:
        """Return the seconds that `count` requests take."""
        app, template, headers = self.app, self.scope, self.scope["headers"]
        bodies, last = self.bodies, len(self.bodies)
        position = 0
        complete: asyncio.Future[None] | None = None

        async def receive() -> Message:
            nonlocal position, complete
            if position < last:
                position += 1
                return bodies[position - 1]
            if complete is None:
                complete = asyncio.get_running_loop().create_future()
            await complete
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            nonlocal complete
            if complete is not None and is_last(message) and not complete.done():
                complete.set_result(None)

        started = time.perf_counter()
        for _ in range(count):
            position = 0
            complete = None
            scope = template.copy()
            scope["headers"] = headers.copy()
            scope["state"] = {}
            await app(scope, receive, send)
        return time.perf_counter() - started

    async def answer(self) -> Answer:
        """Send the request once and return the answer, parsed. Raises NoAnswer."""
        messages: list[Message] = []
        complete = asyncio.Event()
        bodies = iter(self.bodies)

        async def receive() -> Message:
            for message in bodies:
                return dict(message)
            await complete.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(dict(message))
            if is_last(message):
                complete.set()

        await self.app({**self.scope, "state": {}}, receive, send)
        if not complete.is_set():
            raise NoAnswer(f"the response is incomplete: {messages}")
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return read_answer(messages[0]["status"], messages[0].get("headers", []), body)


def read_answer(status: int, headers: Any, body: bytes) -> Answer:
    """Return an answer from what a response consists of. Raises NoAnswer for a wrong length."""
    named = {bytes(name).decode().lower(): bytes(value).decode() for name, value in headers}
    if int(named.get("content-length", len(body))) != len(body):
        raise NoAnswer(f"content-length {named['content-length']}, but {len(body)} bytes")
    media_type = named.get("content-type", "").partition(";")[0].strip()
    return Answer(status, parse_body(media_type, body), media_type, named)


class SocketCaller:
    """Opens a WebSocket session, sends each text once the one before has been answered, closes."""

    def __init__(self, app: App, conversation: Conversation) -> None:
        self.app = app
        self.scope = scope_of(Request(conversation.path))
        self.scope.update(
            type="websocket",
            scheme="ws",
            asgi={"version": "3.0", "spec_version": "2.4"},
            subprotocols=[],
            extensions={"websocket.http.response": {}},
        )
        del self.scope["method"]
        self.incoming: list[Message] = [
            {"type": "websocket.connect"},
            *({"type": "websocket.receive", "text": text} for text in conversation.texts),
            {"type": "websocket.disconnect", "code": 1000, "reason": ""},
        ]

    async def time(self, count: int, sent: list[Message] | None = None) -> float:
        """Return the seconds that `count` sessions take. What they send is added to `sent`."""
        app, template, incoming = self.app, self.scope, self.incoming
        received = answered = 0
        waiting: asyncio.Future[None] | None = None

        async def receive() -> Message:
            nonlocal received, waiting
            # Message n follows n answers: the connection's acceptance, then one per text.
            if answered < received:
                waiting = asyncio.get_running_loop().create_future()
                await waiting
            received += 1
            return incoming[received - 1]

        async def send(message: Message) -> None:
            nonlocal answered
            answered += 1
            if waiting is not None and not waiting.done():
                waiting.set_result(None)
            if sent is not None:
                sent.append(message)

        started = time.perf_counter()
        for _ in range(count):
            received = answered = 0
            waiting = None
            scope = template.copy()
            scope["headers"] = template["headers"].copy()
            scope["state"] = {}
            await app(scope, receive, send)
        return time.perf_counter() - started

    async def answer(self) -> Answer:
        """Hold one session and return the texts that came back. Raises NoAnswer."""
        sent: list[Message] = []
        await self.time(1, sent)
        if not sent or sent[0]["type"] != "websocket.accept":
            raise NoAnswer(f"the session was not accepted: {sent}")
        texts = [message["text"] for message in sent if message["type"] == "websocket.send"]
        return Answer(101, texts, "websocket")


Caller = HttpCaller | SocketCaller


def caller(app: App, request: Request | Conversation) -> Caller:
    """Return what calls `app` with `request`."""
    if isinstance(request, Conversation):
        return SocketCaller(app, request)
    return HttpCaller(app, request)
