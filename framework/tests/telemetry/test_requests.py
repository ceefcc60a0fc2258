"""Signals of requests: spans, metrics, log records, and the data behind them."""

import pytest
from opentelemetry import baggage
from opentelemetry import context as otel_context
from opentelemetry.trace import StatusCode
from starlette.responses import StreamingResponse
from tests.kit import client

from dovetail import (
    APIRouter,
    BackgroundTasks,
    Depends,
    Dovetail,
    HTTPException,
    Request,
    WebSocket,
    WebSocketDisconnect,
)
from dovetail.staticfiles import StaticFiles
from dovetail.telemetry import get_telemetry_data

TRACE, PARENT = "1" * 32, "2" * 16


def test_a_request_and_its_operations_have_spans(telemetry):
    app = Dovetail(telemetry=telemetry.config)

    def check(request: Request) -> str:
        telemetry.seen.append(get_telemetry_data().request is request)
        return "checked"

    @app.get("/items/{item_id}")
    def read(item_id: int, checked: str = Depends(check)) -> dict[str, int]:
        telemetry.seen.append(get_telemetry_data().values)
        return {"id": item_id}

    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "authorization": "secret"}
    assert client(app).get("/items/7?sig=secret&q=a b", headers=headers).json() == {"id": 7}

    server = telemetry.server
    assert server.name == "GET /items/{item_id}"
    assert (server.context.trace_id, server.parent.span_id) == (int(TRACE, 16), int(PARENT, 16))
    assert server.attributes["url.query"] == "sig=REDACTED&q=a+b"
    assert server.attributes["http.response.status_code"] == 200
    assert "secret" not in repr(server.attributes)
    operations = ("fastapi.dependencies", "fastapi.endpoint", "fastapi.serialization")
    for name in operations:
        assert telemetry.spans[name].parent.span_id == server.context.span_id
    function = telemetry.spans["fastapi.endpoint"].attributes["code.function.name"]
    assert function.endswith("test_a_request_and_its_operations_have_spans.<locals>.read")
    assert telemetry.seen == [True, {"item_id": 7, "checked": "checked"}]
    (point,) = telemetry.points()
    assert point.attributes["http.route"] == "/items/{item_id}"
    assert telemetry.points("http.server.active_requests")[0].value == 0
    assert telemetry.logged == []


def test_nothing_is_left_when_a_request_has_ended(telemetry):
    app = Dovetail(telemetry=telemetry.config)

    @app.get("/")
    async def read(request: Request) -> dict[str, object]:
        telemetry.seen += [otel_context.get_current(), request.scope]
        return dict(baggage.get_all())

    answer = client(app).get("/", headers=[("baggage", "a=1"), ("baggage", "b=2")])

    assert answer.json() == {"a": "1", "b": "2"}
    kept, scope = telemetry.seen
    assert get_telemetry_data(kept) is None
    assert get_telemetry_data() is None
    assert "fastapi.telemetry" not in scope
    assert not baggage.get_all()


@pytest.mark.parametrize(
    ("path", "status", "route", "error"),
    [
        ("/ok", 200, "/ok", None),
        ("/ok/", 307, "/ok", None),
        ("/nowhere", 404, None, None),
        ("/number/x", 422, "/number/{value}", None),
        ("/down", 503, "/down", "503"),
        ("/broken", 500, "/broken", "ZeroDivisionError"),
        ("/sub/inner/1", 200, "/sub/inner/{value}", None),
        ("/files/a.txt", 200, "/files/{path}", None),
        ("/app/deep/link", 200, "/app/{path}", None),
    ],
)
def test_routes_and_failures(telemetry, tmp_path, path, status, route, error):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "index.html").write_text("page")
    app, sub, router = Dovetail(telemetry=telemetry.config), Dovetail(), APIRouter()

    @app.get("/ok")
    async def ok() -> str:
        return "ok"

    @app.get("/number/{value}")
    async def number(value: int) -> int:
        return value

    @app.get("/down")
    async def down() -> None:
        raise HTTPException(503)

    @app.get("/broken")
    async def broken() -> float:
        return 1 / 0

    @router.get("/{value}")
    async def inner(value: str) -> str:
        return value

    sub.include_router(router, prefix="/inner")
    app.mount("/sub", sub)
    app.mount("/files", StaticFiles(directory=tmp_path))
    app.frontend("/app", directory=tmp_path, fallback="index.html")
    answer = client(app).get(path, headers={"accept": "text/html"}, follow_redirects=False)

    assert answer.status_code == status
    server = telemetry.server
    assert server.attributes.get("http.route") == route
    assert server.attributes.get("error.type") == error
    assert server.status.status_code is (StatusCode.ERROR if error else StatusCode.UNSET)
    assert server.events == ()
    assert [point.attributes.get("error.type") for point in telemetry.points()] == [error]


def test_an_unhandled_exception_is_logged_once(telemetry):
    app = Dovetail(telemetry=telemetry.config)

    @app.get("/items/{item_id}")
    async def fail(item_id: int) -> None:
        raise ValueError("broken")

    assert client(app).get("/items/1").status_code == 500

    (record,) = telemetry.logged
    assert record.event_name == "http.server.request.exception"
    assert record.attributes["http.route"] == "/items/{item_id}"
    assert record.attributes["exception.message"] == "broken"
    assert record.span_id == telemetry.server.context.span_id
    assert telemetry.spans["fastapi.endpoint"].attributes["error.type"] == "ValueError"


def test_invalid_input_is_logged_without_the_input(telemetry):
    app = Dovetail(telemetry=telemetry.config)

    @app.post("/items")
    async def create(item: dict[str, int]) -> None: ...

    assert client(app).post("/items", json={"a": "private"}).status_code == 422

    (record,) = telemetry.logged
    assert record.event_name == "fastapi.validation.failed"
    assert record.attributes == {"http.route": "/items", "fastapi.validation.error_count": 1}
    assert "private" not in repr(record.attributes)


def test_background_tasks_come_after_the_span_of_the_request(telemetry):
    app = Dovetail(telemetry=telemetry.config)

    async def work() -> None:
        telemetry.seen.append((telemetry.server.name, get_telemetry_data().request.url.path))

    async def resource():
        yield
        telemetry.seen.append(telemetry.server.name)

    @app.get("/", dependencies=[Depends(resource)])
    async def read(tasks: BackgroundTasks) -> StreamingResponse:
        tasks.add_task(work)
        return StreamingResponse(iter(["one", "two"]))

    assert client(app).get("/").text == "onetwo"
    assert telemetry.seen == [("GET /", "/"), "GET /"]
    task = telemetry.spans["fastapi.background_task"]
    assert task.parent.span_id == telemetry.server.context.span_id


def test_a_websocket_is_one_span(telemetry):
    app = Dovetail(telemetry=telemetry.config)

    @app.websocket("/rooms/{room}")
    async def talk(websocket: WebSocket, room: int) -> None:
        telemetry.seen.append(get_telemetry_data().websocket is websocket)
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    with client(app).websocket_connect("/rooms/1") as websocket:
        websocket.send_text("private")
        assert websocket.receive_text() == "private"

    server = telemetry.server
    assert server.name == "WS /rooms/{room}"
    assert server.attributes["network.protocol.name"] == "websocket"
    assert "http.request.method" not in server.attributes
    assert telemetry.seen == [True]
    assert telemetry.points() == []


def test_a_failing_websocket_is_logged(telemetry):
    app = Dovetail(telemetry=telemetry.config)

    @app.websocket("/{number}")
    async def fail(websocket: WebSocket, number: int) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"), client(app).websocket_connect("/1"):
        pass
    with pytest.raises(WebSocketDisconnect), client(app).websocket_connect("/x"):
        pass

    failure, invalid = telemetry.logged
    assert failure.event_name == "fastapi.websocket.exception"
    assert invalid.event_name == "fastapi.validation.failed"


@pytest.mark.parametrize("off", ["tracing", "metrics", "logs", "operation_spans"])
def test_each_signal_can_be_left_out(telemetry, off):
    app = Dovetail(telemetry={**telemetry.config, off: False})

    @app.get("/")
    async def fail() -> None:
        raise ValueError("broken")

    client(app).get("/")

    spans = {"tracing": 0, "operation_spans": 1}.get(off, 3)
    assert len(telemetry.exporter.get_finished_spans()) == spans
    assert len(telemetry.points()) == (off != "metrics")
    assert len(telemetry.logged) == (off != "logs")


def test_excluded_requests_have_no_signals_even_in_mounted_applications(telemetry):
    excluding = {**telemetry.config, "exclude": lambda scope: scope["path"] == "/sub/quiet"}
    app, sub = Dovetail(telemetry=excluding), Dovetail(telemetry=telemetry.config)

    @sub.get("/{name}")
    async def read(name: str) -> bool:
        return get_telemetry_data() is None

    app.mount("/sub", sub)
    assert client(app).get("/sub/quiet").json() is True
    assert telemetry.exporter.get_finished_spans() == ()
    assert client(app).get("/sub/loud").json() is False
    assert telemetry.server.attributes["http.route"] == "/sub/{name}"


def test_unknown_methods_do_not_name_spans(telemetry):
    client(Dovetail(telemetry=telemetry.config)).request("MADE-UP", "/nowhere")

    assert telemetry.server.name == "HTTP"
    assert telemetry.server.attributes["http.request.method"] == "_OTHER"
    assert telemetry.server.attributes["http.request.method_original"] == "MADE-UP"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.org", ("example.org", 80)),
        ("example.org:8443", ("example.org", 8443)),
        ("[2001:db8::1]", ("2001:db8::1", 80)),
        ("user@example.org", (None, None)),
        ("example.org:99999", (None, None)),
        ("", (None, None)),
    ],
)
def test_the_server_that_was_asked_for(telemetry, host, expected):
    client(Dovetail(telemetry=telemetry.config)).get("/", headers={"host": host})

    attributes = telemetry.server.attributes
    assert (attributes.get("server.address"), attributes.get("server.port")) == expected
