"""What routes get from where they are included."""

import pytest
from pydantic import BaseModel
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, NoMatchFound, Route, Router
from tests.kit import answer_of, client

from dovetail import APIRouter, Depends, Dovetail, Form, Request, WebSocket
from dovetail.exceptions import ConfigurationError
from dovetail.responses import HTMLResponse
from dovetail.routing import APIRoute, Match, RouteContext, iter_route_contexts


def contexts(app):
    return list(iter_route_contexts(app.routes))


def test_settings_of_all_levels_are_merged_outermost_first():
    def first(): ...
    def second(): ...
    def third(): ...
    def fourth(): ...

    inner = APIRouter(
        prefix="/inner",
        tags=["inner"],
        dependencies=[Depends(third)],
        responses={400: {"description": "inner"}},
    )

    @inner.get("/x", tags=["own"], dependencies=[Depends(fourth)])
    def read(): ...

    outer = APIRouter(prefix="/outer", tags=["outer"], default_response_class=HTMLResponse)
    outer.include_router(
        inner,
        prefix="/middle",
        tags=["middle"],
        dependencies=[Depends(second)],
        responses={400: {"description": "middle"}, 404: {"description": "middle"}},
        deprecated=True,
    )
    app = Dovetail(openapi_url=None)
    app.include_router(outer, dependencies=[Depends(first)], include_in_schema=False)

    [context] = contexts(app)
    assert isinstance(context, RouteContext)
    assert context.path == "/outer/middle/inner/x"
    assert context.tags == ["outer", "middle", "inner", "own"]
    called = [depends.dependency for depends in context.dependencies]
    assert called == [first, second, third, fourth]
    assert context.responses == {
        400: {"description": "inner"},
        404: {"description": "middle"},
    }
    assert context.deprecated is True
    assert context.include_in_schema is False
    assert context.response_class is HTMLResponse
    assert context.unique_id == "read_outer_middle_inner_x_get"
    assert context.summary is None
    assert context.original_route is inner.routes[0]


def test_unknown_attribute_of_a_context():
    app = Dovetail(openapi_url=None)
    app.include_router(APIRouter(routes=[APIRoute("/x", print)]))
    [context] = contexts(app)
    with pytest.raises(AttributeError, match="nothing"):
        _ = context.nothing
    assert list(iter_route_contexts([context])) == [context]


def test_one_router_in_two_places_has_two_operations():
    class Item(BaseModel):
        name: str

    router = APIRouter()

    @router.get("/item")
    def read() -> Item:
        return Item(name="x")

    app = Dovetail()
    app.include_router(router, prefix="/a")
    app.include_router(router, prefix="/b")
    first, second = contexts(app)[-2:]
    assert first.response_field.name == "Response_read_a_item_get"
    assert second.response_field.name == "Response_read_b_item_get"
    assert router.routes[0].response_field.name == "Response_read_item_get"
    assert answer_of(app, "GET", "/b/item").json() == {"name": "x"}
    ids = [path["get"]["operationId"] for path in app.openapi()["paths"].values()]
    assert ids == ["read_a_item_get", "read_b_item_get"]


def test_parameters_in_the_prefix_reach_the_function():
    router = APIRouter(prefix="/{tenant}")

    @router.get("/{id}")
    def read(version: int, tenant: str, id: int):
        return [version, tenant, id]

    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/v{version}")
    assert answer_of(app, "GET", "/v2/acme/3").json() == [2, "acme", 3]
    assert answer_of(app, "GET", "/vx/acme/3").status == 422


def test_context_is_in_the_scope():
    router = APIRouter()

    @router.get("/x")
    def read(request: Request):
        return request.scope["fastapi"]["effective_route_context"].path

    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/a")
    assert answer_of(app, "GET", "/a/x").json() == "/a/x"


def test_websockets_are_included():
    def token(token: str):
        return token

    router = APIRouter(dependencies=[Depends(token)])

    @router.websocket("/ws/{room}", name="room")
    async def serve(websocket: WebSocket, room: int):
        await websocket.accept()
        await websocket.send_json(room)
        await websocket.close()

    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/a")
    with client(app).websocket_connect("/a/ws/3?token=x") as session:
        assert session.receive_json() == 3
    url = app.url_path_for("room", room=4)
    assert (str(url), url.protocol) == ("/a/ws/4", "websocket")
    [context] = contexts(app)
    assert context.methods is None
    assert context._route_context.matches({"type": "http", "path": "/a/ws/3"})[0] is Match.NONE
    scope = {"type": "websocket", "path": "/a/ws/3"}
    assert context._route_context.matches(scope)[0] is Match.FULL


def respond(request):
    return PlainTextResponse(request.scope.get("root_path", "") + "|" + request.url.path)


def test_routes_of_starlette_are_included():
    router = APIRouter(
        routes=[
            Route("/plain/{id:int}", respond, name="plain"),
            Mount("/mounted", routes=[Route("/x", respond, name="x")], name="mounted"),
            Host("{sub}.example.com", Router([Route("/hosted", respond, name="h")]), name="host"),
        ]
    )
    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/a")
    assert answer_of(app, "GET", "/a/plain/3").body == b"|/a/plain/3"
    assert answer_of(app, "POST", "/a/plain/3").status == 405
    assert answer_of(app, "GET", "/a/mounted/x").body == b"/a/mounted|/a/mounted/x"
    hosted = answer_of(app, "GET", "/a/hosted", headers=[("host", "b.example.com")])
    assert hosted.status == 200
    assert app.url_path_for("plain", id=3) == "/a/plain/3"
    assert app.url_path_for("mounted:x") == "/a/mounted/x"
    assert app.url_path_for("host:h", sub="b") == "/a/hosted"
    plain, mounted, host = contexts(app)
    assert (plain.path, plain.methods) == ("/a/plain/{id:int}", {"GET", "HEAD"})
    assert (mounted.path, mounted.endpoint) == ("/a/mounted", None)
    assert (host.path, host.path_format) == (None, None)
    assert plain.include_in_schema is True
    assert plain.dependency_overrides_provider is app
    assert plain.param_convertors["id"].convert("3") == 3
    assert router.routes[0].path == "/plain/{id:int}"


def test_url_path_for():
    router = APIRouter()

    @router.get("/{id}", name="read")
    def read(id: str): ...

    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/a")
    assert app.url_path_for("read", id="x") == "/a/x"
    for name, params in (("read", {}), ("other", {"id": "x"})):
        with pytest.raises(NoMatchFound):
            app.url_path_for(name, **params)


@pytest.mark.parametrize(
    ("prefix", "message"),
    [("a", "must start with '/'"), ("/a/", "must not end with '/'")],
)
def test_malformed_prefix(prefix, message):
    with pytest.raises(ConfigurationError, match=message):
        APIRouter(prefix=prefix)
    with pytest.raises(ConfigurationError, match=message):
        Dovetail().include_router(APIRouter(), prefix=prefix)


def test_empty_path_needs_a_prefix():
    router = APIRouter()

    @router.get("")
    def read():
        return "read"

    app = Dovetail(openapi_url=None)
    with pytest.raises(ConfigurationError, match="cannot be both empty \\(path operation: read\\)"):
        app.include_router(router)
    middle = APIRouter()
    middle.include_router(router, prefix="/x")
    app.include_router(middle)
    assert answer_of(app, "GET", "/x").json() == "read"


def test_cycles_are_refused():
    one, two, three = APIRouter(), APIRouter(), APIRouter()
    with pytest.raises(ConfigurationError, match="into itself"):
        one.include_router(one)
    one.include_router(two)
    two.include_router(three)
    with pytest.raises(ConfigurationError, match="already includes this router"):
        three.include_router(one)


class Picky(APIRouter):
    """Answers only requests that ask for it, and counts them."""

    handled = 0

    def matches(self, scope):
        if b"x-ask" not in dict(scope["headers"]):
            return Match.NONE, {}
        return super().matches(scope)

    async def handle(self, scope, receive, send):
        Picky.handled += 1
        await super().handle(scope, receive, send)


def test_router_that_overrides_matching_is_asked():
    inner = Picky()

    @inner.get("/x")
    def read():
        return "picky"

    middle = APIRouter()
    middle.include_router(inner, prefix="/m")
    app = Dovetail(openapi_url=None)
    app.include_router(middle, prefix="/a")

    @app.get("/a/m/x")
    def other():
        return "other"

    assert answer_of(app, "GET", "/a/m/x").json() == "other"
    assert answer_of(app, "GET", "/a/m/x", headers=[("x-ask", "1")]).json() == "picky"
    assert answer_of(app, "POST", "/a/m/x", headers=[("x-ask", "1")]).status == 405
    assert answer_of(app, "GET", "/a/m/y", headers=[("x-ask", "1")]).status == 404
    assert Picky.handled == 2


def test_router_alone_answers():
    router = Picky()
    router.add_api_route("/x", lambda: "x")
    assert router.matches({"type": "http", "path": "/x", "headers": [(b"x-ask", b"")]}) == (
        Match.NONE,
        {},
    )
    assert answer_of(router, "GET", "/x").json() == "x"
    assert answer_of(router, "GET", "/y").status == 404


def test_limits_come_from_the_nearest_level():
    inner = APIRouter(max_body_size=5)

    @inner.post("/inner")
    async def read_inner(request: Request):
        return len(await request.body())

    @inner.post("/own", max_body_size=7)
    async def read_own(request: Request):
        return len(await request.body())

    app = Dovetail(openapi_url=None, max_body_size=6)
    app.include_router(inner, max_body_size=1)
    assert answer_of(app, "POST", "/inner", body=b"12345").json() == 5
    assert answer_of(app, "POST", "/inner", body=b"123456").status == 413
    assert answer_of(app, "POST", "/own", body=b"1234567").json() == 7
    assert answer_of(app, "POST", "/own", body=b"12345678").status == 413


@pytest.mark.parametrize("limit", [-1, True, 1.5, "1"])
def test_body_limit_must_be_a_number(limit):
    with pytest.raises(ValueError, match="non-negative integer"):
        APIRouter(max_body_size=limit)


@pytest.mark.parametrize(
    ("limits", "message"),
    [({"max_parts": 1}, "Unknown form limit 'max_parts'"), ({"max_files": -1}, "max_files")],
)
def test_form_limits_are_checked(limits, message):
    with pytest.raises(ValueError, match=message):
        APIRouter(form_limits=limits)


def test_form_limits_reach_mounted_applications():
    inner = Dovetail(openapi_url=None)

    @inner.post("/")
    async def read(a: str = Form(), b: str = Form("")):
        return a + b

    app = Dovetail(openapi_url=None, form_limits={"max_fields": 1})
    app.mount("/in", inner)
    urlencoded = [("content-type", "application/x-www-form-urlencoded")]
    assert answer_of(app, "POST", "/in/", body=b"a=1", headers=urlencoded).json() == "1"
    assert answer_of(app, "POST", "/in/", body=b"a=1&b=2", headers=urlencoded).status == 400


def test_mounted_application_under_a_body_limit_answers_413():
    inner = Dovetail(openapi_url=None)

    @inner.middleware("http")
    async def reading(request, call_next):
        await request.body()
        return await call_next(request)

    inner.add_api_route("/", lambda: "ok", methods=["POST"])
    app = Dovetail(openapi_url=None, max_body_size=3)
    app.mount("/in", inner)
    assert answer_of(app, "POST", "/in/", body=b"123").json() == "ok"
    refused = answer_of(app, "POST", "/in/", body=b"1234")
    assert refused.status == 413
