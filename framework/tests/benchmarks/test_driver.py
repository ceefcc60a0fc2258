"""The caller behaves as a server does, and does not take a wrong answer for a right one."""

import asyncio

import pytest

from benchmarks import driver, lifespan
from benchmarks.messages import CHUNK, Conversation, Request


async def respond(send, body=b"{}", headers=((b"content-type", b"application/json"),), status=200):
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


def ask(app, request):
    return asyncio.run(driver.caller(app, request).answer())


def test_the_body_arrives_in_the_pieces_of_a_server():
    pieces = []

    async def app(scope, receive, send):
        more = True
        while more:
            message = await receive()
            pieces.append(len(message["body"]))
            more = message["more_body"]
        await respond(send)

    ask(app, Request("/", "POST", body=b"x" * (CHUNK + 1)))
    assert pieces == [CHUNK, 1]


def test_a_client_stays_connected_until_it_has_its_answer():
    order = []

    async def watch(receive):
        await receive()
        order.append((await receive())["type"])

    async def app(scope, receive, send):
        task = asyncio.ensure_future(watch(receive))
        await asyncio.sleep(0)
        order.append("answered")
        await respond(send)
        await task

    ask(app, Request("/"))
    assert order == ["answered", "http.disconnect"]
    asyncio.run(driver.HttpCaller(app, Request("/")).time(2))
    assert order == ["answered", "http.disconnect"] * 3


def test_status_headers_and_parsed_body_are_the_answer():
    async def app(scope, receive, send):
        headers = [(b"content-type", b"application/json; charset=utf-8"), (b"x-one", b"1")]
        await respond(send, b'{"path": "%b"}' % scope["raw_path"], headers, 418)

    answer = ask(app, Request("/tea"))
    assert (answer.status, answer.media_type, answer.body) == (
        418,
        "application/json",
        {"path": "/tea"},
    )
    assert answer.headers["x-one"] == "1"


def test_a_response_without_an_end_is_no_answer():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    with pytest.raises(driver.NoAnswer, match="incomplete"):
        ask(app, Request("/"))


def test_a_wrong_content_length_is_no_answer():
    async def app(scope, receive, send):
        await respond(send, b"{}", [(b"content-length", b"5")])

    with pytest.raises(driver.NoAnswer, match="content-length 5, but 2 bytes"):
        ask(app, Request("/"))


def test_each_text_of_a_session_waits_for_the_answer_to_the_one_before():
    seen = []

    async def read_ahead(receive, queue):
        while (message := await receive())["type"] != "websocket.disconnect":
            seen.append(message.get("text", message["type"]))
            await queue.put(message)
        seen.append("gone")
        await queue.put(message)

    async def app(scope, receive, send):
        queue = asyncio.Queue()
        reader = asyncio.ensure_future(read_ahead(receive, queue))
        await queue.get()
        await send({"type": "websocket.accept"})
        while (message := await queue.get())["type"] == "websocket.receive":
            await asyncio.sleep(0)
            seen.append("answer")
            await send({"type": "websocket.send", "text": message["text"].upper()})
        await reader

    answer = ask(app, Conversation("/", ("a", "b")))
    assert answer.body == ["A", "B"]
    assert seen == ["websocket.connect", "a", "answer", "b", "answer", "gone"]


def test_a_refused_session_is_no_answer():
    async def app(scope, receive, send):
        await receive()
        await send({"type": "websocket.close", "code": 1000})

    with pytest.raises(driver.NoAnswer, match="not accepted"):
        ask(app, Conversation("/", ("a",)))


def run_lifespan(app):
    async def run():
        async with lifespan.running(app):
            pass

    asyncio.run(run())


def test_the_lifespan_is_started_and_ended():
    seen = []

    async def app(scope, receive, send):
        for _ in range(2):
            seen.append((await receive())["type"])
            await send({"type": f"{seen[-1]}.complete"})

    run_lifespan(app)
    assert seen == ["lifespan.startup", "lifespan.shutdown"]


def test_an_application_that_knows_no_lifespan_is_served_all_the_same():
    async def app(scope, receive, send):
        raise KeyError("path")

    run_lifespan(app)


def test_a_failed_start_is_an_error():
    async def app(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(RuntimeError, match="no database"):
        run_lifespan(app)
