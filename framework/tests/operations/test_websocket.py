"""WebSocket operations."""

from typing import Annotated

import pytest
from starlette.requests import HTTPConnection
from tests.kit import client

from dovetail import (
    APIRouter,
    Cookie,
    Depends,
    Dovetail,
    Header,
    Query,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
)
from dovetail.exceptions import WebSocketRequestValidationError


def test_messages_go_both_ways(app):
    @app.websocket("/rooms/{room}")
    async def serve(websocket: WebSocket, room: int, name: str = "nobody"):
        await websocket.accept()
        try:
            while True:
                await websocket.send_json([room, name, await websocket.receive_text()])
        except WebSocketDisconnect:
            left.append(room)

    left = []
    with client(app).websocket_connect("/rooms/5?name=ada") as session:
        session.send_text("hi")
        assert session.receive_json() == [5, "ada", "hi"]
        session.send_text("again")
        assert session.receive_json() == [5, "ada", "again"]
    assert left == [5]


def test_parameters_and_dependencies(app):
    async def key(x_key: Annotated[str, Header()], c: Annotated[str, Cookie()]):
        return x_key + c

    @app.websocket("/")
    async def serve(websocket: WebSocket, key: Annotated[str, Depends(key)]):
        await websocket.accept()
        await websocket.send_text(key)
        await websocket.close()

    headers = {"x-key": "a", "cookie": "c=b"}
    with client(app).websocket_connect("/", headers=headers) as session:
        assert session.receive_text() == "ab"


def test_an_invalid_handshake_is_refused(app):
    @app.websocket("/{room}")
    async def serve(websocket: WebSocket, room: int, token: Annotated[str, Query()]):
        await websocket.accept()

    with (
        pytest.raises(WebSocketDisconnect) as caught,
        client(app).websocket_connect("/five"),
    ):
        pass
    assert caught.value.code == 1008
    assert "room" in caught.value.reason
    assert "token" in caught.value.reason


def test_a_handler_of_invalid_handshakes(app):
    seen = []

    @app.exception_handler(WebSocketRequestValidationError)
    async def handle(websocket, error):
        seen.append(error)
        await websocket.close(4000)

    @app.websocket("/")
    async def serve(websocket: WebSocket, n: int):
        await websocket.accept()

    with pytest.raises(WebSocketDisconnect) as caught, client(app).websocket_connect("/"):
        pass
    assert caught.value.code == 4000
    assert "WS /" in str(seen[0])


def test_an_exception_closes_with_its_code(app):
    async def refuse():
        raise WebSocketException(1013, "later")

    @app.websocket("/", dependencies=[Depends(refuse)])
    async def serve(websocket: WebSocket):
        await websocket.accept()

    with pytest.raises(WebSocketDisconnect) as caught, client(app).websocket_connect("/"):
        pass
    assert (caught.value.code, caught.value.reason) == (1013, "later")


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_dependencies_end_with_the_connection(app, kind):
    order = []

    async def asynchronous():
        order.append("enter")
        yield "value"
        order.append("leave")

    def blocking():
        order.append("enter")
        yield "value"
        order.append("leave")

    dependency = blocking if kind == "sync" else asynchronous

    @app.websocket("/")
    async def serve(
        websocket: WebSocket,
        value: Annotated[str, Depends(dependency)],
        early: Annotated[str, Depends(dependency, scope="function")],
    ):
        await websocket.accept()
        await websocket.send_text(value)
        order.append("served")

    with client(app).websocket_connect("/") as session:
        assert session.receive_text() == "value"
    assert order == ["enter", "enter", "served", "leave", "leave"]


def test_an_error_reaches_the_dependencies(app):
    seen = []

    async def dependency():
        try:
            yield
        except KeyError:
            seen.append(1)
            raise

    @app.websocket("/", dependencies=[Depends(dependency)])
    async def serve(websocket: WebSocket):
        await websocket.accept()
        raise KeyError

    with pytest.raises(KeyError), client(app).websocket_connect("/"):
        pass
    assert seen == [1]


def test_routers_with_prefix_and_dependencies(app):
    order = []

    def note(name):
        async def dependency():
            order.append(name)

        return Depends(dependency)

    router = APIRouter(prefix="/rooms", dependencies=[note("router")])

    @router.websocket("/{room}", name="room", dependencies=[note("own")])
    async def serve(websocket: WebSocket, room: str):
        await websocket.accept()
        await websocket.send_text(str(websocket.url_for("room", room="x")))
        await websocket.close()

    app.include_router(router, prefix="/v1", dependencies=[note("inclusion")])
    with client(app).websocket_connect("/v1/rooms/a") as session:
        assert session.receive_text().endswith("/v1/rooms/x")
    assert order == ["inclusion", "router", "own"]


def test_connections_of_either_kind_are_injected(app):
    async def path(connection: HTTPConnection):
        return connection.url.path

    @app.get("/http")
    async def read(path: Annotated[str, Depends(path)]):
        return path

    @app.websocket("/ws")
    async def serve(websocket: WebSocket, path: Annotated[str, Depends(path)]):
        await websocket.accept()
        await websocket.send_text(path)
        await websocket.close()

    assert client(app).get("/http").json() == "/http"
    with client(app).websocket_connect("/ws") as session:
        assert session.receive_text() == "/ws"


def test_an_unknown_path_is_refused(app):
    with pytest.raises(WebSocketDisconnect), client(app).websocket_connect("/nowhere"):
        pass


def test_starlettes_own_routes(app):
    @app.websocket_route("/raw")
    async def raw(websocket):
        await websocket.accept()
        await websocket.send_text("raw")
        await websocket.close()

    inner = Dovetail()

    @inner.websocket("/echo")
    async def echo(websocket: WebSocket):
        await websocket.accept()
        await websocket.send_text("mounted")
        await websocket.close()

    app.mount("/inner", inner)
    for path, text in (("/raw", "raw"), ("/inner/echo", "mounted")):
        with client(app).websocket_connect(path) as session:
            assert session.receive_text() == text
