"""When a response counts as complete, and what becomes of one that does not."""

import asyncio

import pytest
from opentelemetry.trace import StatusCode
from tests.kit import http_scope

from dovetail.telemetry._asgi import NativeTelemetry

START = {"type": "http.response.start", "status": 200, "headers": []}
BODY = {"type": "http.response.body", "body": b"done"}


def serve(telemetry, *messages, error=None, receives=False):
    """Run an application that sends `messages`; return its scope."""

    async def app(scope, receive, send):
        if receives:
            await receive()
        for message in messages:
            await send(message)
        if error is not None:
            raise error

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        telemetry.seen.append(len(telemetry.exporter.get_finished_spans()))

    scope = http_scope("GET", "/")
    run = NativeTelemetry(telemetry.config)(app=app, scope=scope, receive=receive, send=send)
    asyncio.run(run)
    return scope


@pytest.mark.parametrize(
    "end",
    [
        [BODY],
        [{**BODY, "more_body": True}, BODY],
        [{"type": "http.response.pathsend", "path": "/a"}],
    ],
)
def test_the_last_message_ends_the_span(telemetry, end):
    scope = serve(telemetry, START, *end)

    assert telemetry.server.status.status_code is StatusCode.UNSET
    assert set(telemetry.seen) == {0}
    assert telemetry.points("http.server.active_requests")[0].value == 0
    assert "fastapi.telemetry" not in scope


def test_trailers_come_after_the_body(telemetry):
    trailers = {"type": "http.response.trailers", "headers": []}
    serve(
        telemetry, {**START, "trailers": True}, BODY, {**trailers, "more_trailers": True}, trailers
    )

    assert telemetry.seen == [0, 0, 0, 0]
    assert telemetry.server.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, "incomplete_response"), ({"receives": True}, "client_disconnected")],
)
def test_a_response_that_is_never_completed_is_an_error(telemetry, options, expected):
    serve(telemetry, START, **options)

    assert telemetry.server.attributes["error.type"] == expected


def test_a_cancelled_request_is_an_error(telemetry):
    with pytest.raises(asyncio.CancelledError):
        serve(telemetry, error=asyncio.CancelledError())

    assert telemetry.server.attributes["error.type"].endswith("CancelledError")
    assert telemetry.logged == []


def test_an_error_after_the_response_is_logged(telemetry):
    with pytest.raises(ValueError, match="late"):
        serve(telemetry, START, BODY, error=ValueError("late"))

    assert telemetry.server.status.status_code is StatusCode.UNSET
    assert [record.attributes["exception.message"] for record in telemetry.logged] == ["late"]
