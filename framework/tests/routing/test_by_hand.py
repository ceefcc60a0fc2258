"""Routes asked and run by others than the application: by plug-ins, middleware, older code."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.routing import Host, Match, Mount, NoMatchFound, Route
from tests.kit import answer_of, client, http_scope

from dovetail import APIRouter, Dovetail, Request, WebSocket
from dovetail.dependencies.utils import get_dependant
from dovetail.exceptions import ConfigurationError
from dovetail.responses import PlainTextResponse
from dovetail.routing import (
    APIRoute,
    compile_path,
    get_request_handler,
    get_websocket_app,
    iter_route_contexts,
    request_response,
    websocket_session,
)
from dovetail.routing.scope import restore_framework
from dovetail.testclient import TestClient


def included():
    """Return an application with a router, and the contexts of its routes by name."""
    app, router, inner = Dovetail(openapi_url=None), APIRouter(), APIRouter()

    @router.get("/items/{item_id}")
    async def read(item_id: int):
        return item_id

    @inner.websocket("/ws/{room}")
    async def serve(websocket: WebSocket, room: str):
        await websocket.accept()
        await websocket.send_text(room)
        await websocket.close()

    router.include_router(inner, prefix="/inner")
    app.include_router(router, prefix="/v1")
    return app, {context.name: context for context in iter_route_contexts(app.routes)}


def websocket_scope(path):
    return {**http_scope("GET", path), "type": "websocket"}


def test_contexts_match_under_their_whole_path():
    _, contexts = included()
    read, serve = contexts["read"], contexts["serve"]
    match, child = read.matches(http_scope("GET", "/v1/items/5"))
    assert (match, child["path_params"]) == (Match.FULL, {"item_id": "5"})
    assert read.matches(http_scope("POST", "/v1/items/5"))[0] is Match.PARTIAL
    assert read.matches(http_scope("GET", "/items/5"))[0] is Match.NONE
    assert read.matches(websocket_scope("/v1/items/5"))[0] is Match.NONE
    assert serve.matches(websocket_scope("/v1/inner/ws/a"))[0] is Match.FULL
    assert serve.matches(websocket_scope("/ws/a"))[0] is Match.NONE
    assert serve.matches(http_scope("GET", "/v1/inner/ws/a"))[0] is Match.NONE


def test_contexts_know_their_url():
    _, contexts = included()
    assert contexts["read"].url_path_for("read", item_id=3) == "/v1/items/3"
    assert contexts["serve"].url_path_for("serve", room="a") == "/v1/inner/ws/a"
    with pytest.raises(NoMatchFound):
        contexts["read"].url_path_for("read", other=3)
    with pytest.raises(NoMatchFound):
        contexts["read"].url_path_for("none")


def test_what_is_included_can_be_told():
    app, contexts = included()
    assert "prefix='/v1'" in repr(app.routes[0])
    assert "prefix='/v1'" in repr(contexts["read"]._route_context)
    assert contexts["serve"].path_regex.match("/v1/inner/ws/blue")["room"] == "blue"


def test_the_path_of_a_websocket_may_be_replaced():
    app = Dovetail(openapi_url=None)

    @app.websocket("/{room}")
    async def serve(websocket: WebSocket, room: str):
        await websocket.accept()
        await websocket.send_text(room)
        await websocket.close()

    route = app.routes[0]
    route.path = "/rooms/{room}"
    route.path_regex = compile_path(route.path)[0]
    with client(app).websocket_connect("/rooms/blue") as session:
        assert session.receive_text() == "blue"
    assert route.matches(http_scope("GET", "/rooms/blue"))[0] is Match.NONE
    assert route.matches(websocket_scope("/blue"))[0] is Match.NONE


def test_the_application_of_a_websocket_may_be_replaced():
    app = Dovetail(openapi_url=None)
    router = APIRouter()

    @router.websocket("/")
    async def serve(websocket: WebSocket):
        await websocket.accept()

    async def other(scope, receive, send):
        session = WebSocket(scope, receive, send)
        await session.accept()
        await session.send_text("other")
        await session.close()

    router.routes[0].app = other
    app.include_router(router, prefix="/ws")
    with client(app).websocket_connect("/ws/") as session:
        assert session.receive_text() == "other"


def test_a_handler_made_by_hand():
    async def read(n: int):
        return n

    dependant = get_dependant(path="/", call=read)
    app = request_response(get_request_handler(dependant))
    assert answer_of(app, "GET", "/?n=4").json() == 4

    def blocking(request):
        return PlainTextResponse(request.url.path)

    assert answer_of(request_response(blocking), "GET", "/here").body == b"/here"


def test_a_handler_of_websockets_made_by_hand():
    async def serve(websocket: WebSocket, n: int):
        await websocket.accept()
        await websocket.send_json(n)
        await websocket.close()

    dependant = get_dependant(path="/", call=serve)
    app = websocket_session(get_websocket_app(dependant))
    with TestClient(app).websocket_connect("/?n=4") as session:
        assert session.receive_json() == 4


def test_a_handler_needs_the_stacks_of_its_application():
    async def read():
        return 1

    handler = get_request_handler(get_dependant(path="/", call=read))
    with pytest.raises(RuntimeError, match="not found in request scope"):
        asyncio.run(handler(Request(http_scope("GET", "/"))))


def test_hosts_and_mounts_in_a_router():
    async def hosted(request):
        return PlainTextResponse(f"{request.url.path} at {request.url.hostname}")

    app, router = Dovetail(openapi_url=None), APIRouter()
    router.routes.append(Host("a.example", Starlette(routes=[Route("/x", hosted)])))
    router.routes.append(Mount("/mounted", routes=[Route("/x", hosted, name="mounted-x")]))
    app.include_router(router, prefix="/v1")
    http = client(app)
    assert http.get("/v1/x", headers={"host": "a.example"}).text == "/v1/x at a.example"
    assert http.get("/v1/mounted/x").text == "/v1/mounted/x at testserver"
    assert http.get("/v1/x").status_code == 404
    assert app.url_path_for("mounted-x") == "/v1/mounted/x"
    plain = Dovetail(openapi_url=None)
    plain.include_router(router)
    assert client(plain).get("/x", headers={"host": "a.example"}).text == "/x at a.example"


def test_routes_of_unknown_kinds_are_left_out_of_inclusions():
    from starlette.routing import BaseRoute

    class Strange(BaseRoute):
        def matches(self, scope):
            return Match.FULL, {}

    app, router = Dovetail(openapi_url=None), APIRouter()
    router.routes.append(Strange())
    app.include_router(router, prefix="/v1")
    assert list(iter_route_contexts(app.routes)) == []
    assert client(app).get("/v1/x").status_code == 404


def test_routes_that_match_in_their_own_way_are_told_of_their_inclusion():
    class Picky(APIRoute):
        def matches(self, scope):
            match, child = super().matches(scope)
            return (Match.NONE, {}) if b"x-skip" in dict(scope["headers"]) else (match, child)

    app, router = Dovetail(openapi_url=None), APIRouter(route_class=Picky)

    @router.get("/{name}")
    async def read(name: str, request: Request):
        return [name, sorted(request.scope["fastapi"])]

    app.include_router(router, prefix="/v1")
    assert client(app).get("/v1/a").json() == ["a", ["effective_route_context"]]
    assert client(app).get("/v1/a", headers={"x-skip": "1"}).status_code == 404


def test_the_mapping_of_routing_is_restored():
    scope = {}
    restore_framework(scope, "key", "before")
    assert scope == {}
    scope = {"fastapi": {"key": "now", "other": 1}}
    restore_framework(scope, "key", "before")
    assert scope == {"fastapi": {"key": "before", "other": 1}}


def test_a_declaration_with_models_that_make_no_sense():
    app = Dovetail()

    async def read():
        return 1

    with pytest.raises(ConfigurationError, match="must be a dict"):
        app.get("/", responses={404: "text"})(read)
    with pytest.raises(ConfigurationError, match="must not have a response body"):
        app.get("/", status_code=204, response_model=int)(read)
    with pytest.raises(ConfigurationError, match="must not have a response body"):
        app.get("/", responses={204: {"model": int}})(read)


def test_a_router_as_an_application():
    router = APIRouter()

    @router.get("/")
    async def read():
        return "router"

    async def missing(scope, receive, send):
        await PlainTextResponse("nothing", 404)(scope, receive, send)

    assert answer_of(router, "GET", "/").json() == "router"
    assert answer_of(APIRouter(default=missing), "GET", "/x").body == b"nothing"
    handled = asyncio.run(_handle(router))
    assert handled == [200]


async def _handle(router):
    statuses = []

    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await router.handle(http_scope("GET", "/"), None, send)
    return statuses
