"""Path operation functions that yield: JSON Lines, chunks, server-sent events."""

import asyncio
import gc
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Annotated

import anyio
import pytest
from pydantic import BaseModel
from tests.kit import client, http_scope, locations

from dovetail import Depends, Response, sse
from dovetail.exceptions import ResponseValidationError
from dovetail.responses import EventSourceResponse, PlainTextResponse, StreamingResponse
from dovetail.routing import APIRoute
from dovetail.sse import ServerSentEvent, format_sse_event
from dovetail.testclient import TestClient


class Item(BaseModel):
    name: str
    size: int = 1


def test_json_lines(app):
    @app.get("/async")
    async def lines(count: int) -> AsyncIterable[Item]:
        for number in range(count):
            yield {"name": str(number)}

    @app.get("/sync")
    def lines_blocking(response: Response) -> Iterable[Item]:
        response.headers["x-a"] = "b"
        yield Item(name="a", size=2)

    @app.get("/any")
    async def anything():
        yield {"a": float("inf"), "b": [1]}
        yield None

    response = client(app).get("/async?count=2")
    assert response.headers["content-type"] == "application/jsonl"
    assert response.text == '{"name":"0","size":1}\n{"name":"1","size":1}\n'
    response = client(app).get("/sync")
    assert response.text == '{"name":"a","size":2}\n'
    assert client(app).get("/any").text.splitlines() == ['{"a": null, "b": [1]}', "null"]
    assert locations(client(app).get("/async?count=x")) == [["query", "count"]]


def test_options_hold_for_items(app):
    @app.get("/", response_model_exclude={"size"}, status_code=201)
    async def lines() -> AsyncIterator[Item]:
        yield Item(name="a")

    response = client(app).get("/")
    assert (response.status_code, response.text) == (201, '{"name":"a"}\n')


def test_an_item_that_does_not_fit(app):
    @app.get("/")
    async def lines() -> AsyncIterable[Item]:
        yield {"size": "x"}

    with pytest.raises((ResponseValidationError, ExceptionGroup)):
        TestClient(app).get("/")


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_chunks_of_a_response_class(app, kind):
    if kind == "async":

        @app.get("/", response_class=StreamingResponse)
        async def chunks() -> AsyncIterable[str]:
            yield "a"
            yield "b"
    else:

        @app.get("/", response_class=StreamingResponse)
        def chunks() -> Iterable[str]:
            yield "a"
            yield "b"

    assert client(app).get("/").text == "ab"


def test_dependencies_outlive_the_stream(app):
    order = []

    async def resource():
        order.append("open")
        yield "x"
        order.append("close")

    @app.get("/")
    async def lines(value: Annotated[str, Depends(resource)]) -> AsyncIterable[str]:
        for _ in range(2):
            order.append("line")
            yield value

    assert client(app).get("/").text == '"x"\n"x"\n'
    assert order == ["open", "line", "line", "close"]


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_events(app, kind):
    def events():
        yield {"a": 1}
        yield ServerSentEvent(data="text", event="update", id="7", retry=10)
        yield ServerSentEvent(raw_data="one\ntwo", comment="look")
        yield ServerSentEvent(data=Item(name="a"))
        yield ServerSentEvent(event="bare")

    if kind == "async":

        @app.get("/", response_class=EventSourceResponse)
        async def stream():
            for event in events():
                yield event
    else:

        @app.get("/", response_class=EventSourceResponse)
        def stream():
            yield from events()

    response = client(app).get("/")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.text == (
        'data: {"a": 1}\n\n'
        'event: update\ndata: "text"\nid: 7\nretry: 10\n\n'
        ": look\ndata: one\ndata: two\n\n"
        'data: {"name":"a","size":1}\n\n'
        "event: bare\n\n"
    )


def test_events_of_a_declared_type(app):
    @app.get("/", response_class=EventSourceResponse)
    async def stream() -> AsyncIterable[Item]:
        yield {"name": "a"}

    assert client(app).get("/").text == 'data: {"name":"a","size":1}\n\n'


def test_an_idle_stream_is_kept_alive(app, monkeypatch):
    monkeypatch.setattr(sse, "_PING_INTERVAL", 0.02)

    @app.get("/", response_class=EventSourceResponse)
    async def stream():
        yield 1
        await anyio.sleep(0.05)
        yield 2

    text = client(app).get("/").text
    assert text.startswith("data: 1\n\n: ping\n\n")
    assert text.endswith("data: 2\n\n")


@pytest.mark.parametrize("path", ["/events", "/lines"])
def test_a_client_that_goes_away_ends_the_generator(app, path):
    ended = []

    async def forever():
        try:
            while True:
                yield 1
        finally:
            ended.append(1)

    app.get("/events", response_class=EventSourceResponse)(forever)
    app.get("/lines")(forever)

    async def run():
        gone = asyncio.Event()
        sent = []

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)
            if len(sent) > 3:
                gone.set()
            await asyncio.sleep(0)

        scope = http_scope("GET", path)
        scope["asgi"]["spec_version"] = "2.3"
        await asyncio.wait_for(app(scope, receive, send), 10)

    asyncio.run(run())
    gc.collect()
    assert ended == [1]


@pytest.mark.parametrize(
    "options",
    [
        {"event": "two\nlines"},
        {"id": "two\rlines"},
        {"id": "nul\0"},
        {"retry": -1},
        {"data": 1, "raw_data": "2"},
    ],
)
def test_events_that_cannot_be_sent(options):
    with pytest.raises(ValueError, match="validation error"):
        ServerSentEvent(**options)


def test_the_wire_format():
    assert format_sse_event(data_str="a\r\nb\rc\nd") == b"data: a\ndata: b\ndata: c\ndata: d\n\n"
    assert format_sse_event(comment="x\ny", data_str="") == b": x\n: y\ndata: \n\n"
    assert format_sse_event() == b"\n"


def test_a_generator_that_returns_a_class_without_streaming(app):
    @app.get("/", response_class=PlainTextResponse)
    async def read() -> str:
        return "plain"

    assert client(app).get("/").text == "plain"


def test_dependencies_end_after_the_events(app):
    order = []

    async def resource():
        order.append("open")
        yield "x"
        order.append("close")

    @app.get("/", response_class=EventSourceResponse)
    async def events(value: Annotated[str, Depends(resource)]):
        for _ in range(2):
            order.append("event")
            yield value

    assert client(app).get("/").text == 'data: "x"\n\n' * 2
    assert order == ["open", "event", "event", "close"]


def test_an_error_between_events_reaches_the_dependencies(app):
    seen = []

    async def resource():
        try:
            yield "x"
        except BaseException as error:
            seen.append(type(error).__name__)
            raise

    @app.get("/", response_class=EventSourceResponse)
    async def events(value: Annotated[str, Depends(resource)]):
        yield 1
        raise KeyError("between")

    with pytest.raises(KeyError, match="between"):
        TestClient(app).get("/")
    assert seen == ["KeyError"]


def test_a_route_class_may_wrap_the_events(app):
    class Numbered(APIRoute):
        def get_route_handler(self):
            handle = super().get_route_handler()

            async def wrapping(request):
                response = await handle(request)
                events = response.body_iterator

                async def numbered():
                    number = 0
                    async for event in events:
                        yield b"id: %d\n" % number + event
                        number += 1

                response.body_iterator = numbered()
                return response

            return wrapping

    app.router.route_class = Numbered

    @app.get("/", response_class=EventSourceResponse)
    async def events() -> AsyncIterable[Item]:
        yield Item(name="a")
        yield {"name": "b"}

    assert client(app).get("/").text == (
        'id: 0\ndata: {"name":"a","size":1}\n\nid: 1\ndata: {"name":"b","size":1}\n\n'
    )


def test_comments_and_events_are_sent_one_at_a_time(app, monkeypatch):
    monkeypatch.setattr(sse, "_PING_INTERVAL", 0.01)
    under_way = []
    bodies = []

    @app.get("/", response_class=EventSourceResponse)
    async def events():
        for number in range(3):
            await anyio.sleep(0.02)
            yield number

    async def receive():
        await anyio.sleep_forever()

    async def send(message):
        assert not under_way, "a message was sent while another one was"
        under_way.append(message)
        await anyio.sleep(0.015)
        under_way.pop()
        bodies.append(message.get("body"))

    asyncio.run(app(http_scope("GET", "/"), receive, send))
    assert [body for body in bodies if body and b"data" in body] == [
        b"data: 0\n\n",
        b"data: 1\n\n",
        b"data: 2\n\n",
    ]
    assert sse.KEEPALIVE_COMMENT in bodies
