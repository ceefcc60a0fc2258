"""The application as a whole: middleware, mounting, files, and what others are coupled to."""

import asyncio
import logging
from contextvars import ContextVar

import pytest
from starlette.middleware import Middleware
from starlette.routing import Route
from tests.kit import answer_of, ask, client

import dovetail.routing
from dovetail import APIRouter, Depends, Dovetail, Request
from dovetail.exceptions import ConfigurationError
from dovetail.logger import logger
from dovetail.middleware.cors import CORSMiddleware
from dovetail.middleware.gzip import GZipMiddleware
from dovetail.middleware.trustedhost import TrustedHostMiddleware
from dovetail.responses import JSONResponse, PlainTextResponse
from dovetail.routing import APIRoute, iter_route_contexts
from dovetail.staticfiles import StaticFiles
from dovetail.testclient import TestClient


def test_middleware_from_the_outside_in():
    order = []

    class Noting:
        def __init__(self, app, name):
            self.app = app
            self.name = name

        async def __call__(self, scope, receive, send):
            order.append(self.name)
            await self.app(scope, receive, send)

    app = Dovetail(middleware=[Middleware(Noting, name="given"), Middleware(Noting, name="second")])
    app.add_middleware(Noting, name="added")

    @app.middleware("http")
    async def last(request, call_next):
        order.append("function")
        return await call_next(request)

    @app.get("/")
    async def read():
        return 1

    assert client(app).get("/").json() == 1
    assert order == ["function", "added", "given", "second"]


def test_cors():
    app = Dovetail()
    app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_methods=["PUT"])

    @app.put("/")
    async def put():
        return 1

    @app.get("/fails")
    async def fail():
        raise RuntimeError("boom")

    http = client(app)
    origin = {"origin": "https://a.example"}
    allowed = "access-control-allow-origin"
    preflight = http.options("/", headers={**origin, "access-control-request-method": "PUT"})
    assert preflight.status_code == 200
    assert preflight.headers[allowed] == "https://a.example"
    assert http.put("/", headers=origin).headers[allowed] == "https://a.example"
    assert allowed not in http.put("/", headers={"origin": "https://b.example"}).headers
    # A browser shows an error only if it has the headers too.
    response = http.get("/fails", headers=origin)
    assert response.status_code == 500
    assert response.headers[allowed] == "https://a.example"


def test_context_variables_through_function_middleware():
    variable = ContextVar("variable", default="unset")
    app = Dovetail()
    seen = []

    @app.middleware("http")
    async def outer(request, call_next):
        variable.set("from the middleware")
        response = await call_next(request)
        seen.append(variable.get())
        return response

    @app.get("/")
    async def read():
        before = variable.get()
        variable.set("from the function")
        return before

    assert client(app).get("/").json() == "from the middleware"
    assert seen == ["from the function"]


def test_other_middleware_of_starlette():
    app = Dovetail()
    app.add_middleware(GZipMiddleware, minimum_size=10)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["testserver"])

    @app.get("/")
    async def read():
        return "x" * 1000

    response = client(app).get("/")
    assert response.headers["content-encoding"] == "gzip"
    assert response.json() == "x" * 1000
    assert client(app).get("/", headers={"host": "evil.example"}).status_code == 400


def test_only_middleware_for_http_can_be_a_function(app):
    with pytest.raises(ConfigurationError, match="http"):
        app.middleware("websocket")


def test_static_files(app, tmp_path):
    (tmp_path / "a.txt").write_text("content")
    app.mount("/static", StaticFiles(directory=tmp_path), name="static")

    @app.get("/url")
    async def url(request: Request):
        return str(request.url_for("static", path="a.txt"))

    http = client(app)
    assert http.get("/static/a.txt").text == "content"
    assert http.get("/static/none").status_code == 404
    assert http.get("/url").json() == "http://testserver/static/a.txt"


def test_a_built_frontend_beside_the_api(app, tmp_path):
    (tmp_path / "index.html").write_text("<title>app</title>")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.js").write_text("1")
    app.frontend("/", directory=tmp_path)

    @app.get("/api/items")
    async def items():
        return []

    page = {"accept": "text/html"}
    http = client(app)
    assert http.get("/api/items").json() == []
    assert http.get("/", headers=page).text == "<title>app</title>"
    assert http.get("/some/route/of/its/own", headers=page).text == "<title>app</title>"
    assert http.get("/assets/a.js").text == "1"
    assert http.get("/assets/none.js").status_code == 404


def test_mounted_applications_have_their_own_document(app):
    inner = Dovetail(title="Inner")

    @inner.get("/inside")
    async def inside(request: Request):
        return request.scope["root_path"]

    app.mount("/inner", inner)
    http = client(app)
    assert http.get("/inner/inside").json() == "/inner"
    document = http.get("/inner/openapi.json").json()
    assert document["info"]["title"] == "Inner"
    assert document["servers"] == [{"url": "/inner"}]
    assert "/inner/openapi.json" in http.get("/inner/docs").text


def test_lifespans_of_mounted_applications_run():
    from contextlib import asynccontextmanager

    order = []

    def lifespan_of(name):
        @asynccontextmanager
        async def lifespan(app):
            order.append(f"start {name}")
            yield {"name": name}
            order.append(f"stop {name}")

        return lifespan

    inner = Dovetail(lifespan=lifespan_of("inner"))
    app = Dovetail(lifespan=lifespan_of("outer"))

    async def read(request: Request):
        return request.state.name

    inner.get("/")(read)
    app.get("/")(read)
    app.mount("/inner", inner)
    with TestClient(app) as http:
        assert http.get("/").json() == "outer"
        assert http.get("/inner/").json() == "inner"
    assert order == ["start outer", "start inner", "stop inner", "stop outer"]


def test_the_handler_may_be_made_by_others(monkeypatch):
    """Error trackers replace `get_request_handler`, before or after routes are declared."""
    real = dovetail.routing.get_request_handler
    seen = []

    def replaced(*arguments, **options):
        dependant = options.get("dependant") or arguments[0]
        handler = real(*arguments, **options)

        async def wrapped(request):
            seen.append((dependant.call.__name__, request.url.path))
            return await handler(request)

        return wrapped

    monkeypatch.setattr(dovetail.routing, "get_request_handler", replaced)
    app = Dovetail()
    router = APIRouter()

    @app.get("/direct")
    async def direct(n: int):
        return n

    @router.get("/included")
    def included(n: int):
        return n

    app.include_router(router, prefix="/v1")
    http = client(app)
    assert http.get("/direct?n=1").json() == 1
    assert http.get("/v1/included?n=2").json() == 2
    assert http.get("/direct").status_code == 422
    assert seen == [("direct", "/direct"), ("included", "/v1/included"), ("direct", "/direct")]


def test_every_route_can_be_looked_at(app):
    router = APIRouter(prefix="/items", tags=["items"])

    @router.get("/{item_id}")
    async def read(item_id: int):
        return item_id

    app.include_router(router, prefix="/v1")
    app.mount("/static", PlainTextResponse("x"))
    contexts = {context.path: context for context in iter_route_contexts(app.routes)}
    found = contexts["/v1/items/{item_id}"]
    assert isinstance(found.original_route, APIRoute)
    assert (found.name, found.methods, found.endpoint, found.tags) == (
        "read",
        {"GET"},
        read,
        ["items"],
    )
    assert found.dependant.path_params[0].name == "item_id"
    assert contexts["/static"].endpoint is None
    assert set(contexts) >= {"/openapi.json", "/docs", "/redoc"}
    # What is a context already passes.
    assert list(iter_route_contexts([found])) == [found]


def test_the_scope_tells_which_inclusion_answers(app):
    router = APIRouter()

    @router.get("/{item_id}")
    async def read(request: Request, item_id: int):
        effective = request.scope["fastapi"]["effective_route_context"]
        return [effective.path, request.scope["route"].path, request.scope["path_params"]]

    app.include_router(router, prefix="/one")
    app.include_router(router, prefix="/two")
    assert client(app).get("/one/1").json() == ["/one/{item_id}", "/{item_id}", {"item_id": "1"}]
    assert client(app).get("/two/1").json()[0] == "/two/{item_id}"


def test_included_routes_are_compiled_once(app, monkeypatch):
    from dovetail._plan import compile as compiler

    compiled = []
    real = compiler.compile_operation

    def counted(config, dependant, **options):
        compiled.append(config.path)
        return real(config, dependant, **options)

    monkeypatch.setattr(compiler, "compile_operation", counted)
    inner, outer = APIRouter(), APIRouter()

    @inner.get("/x")
    async def read():
        return 1

    outer.include_router(inner, prefix="/b")
    app.include_router(outer, prefix="/a")
    http = client(app)
    for _ in range(5):
        assert http.get("/a/b/x").json() == 1
    assert compiled == ["/a/b/x"]


def test_many_requests_at_once_compile_once(app, monkeypatch):
    from dovetail._plan import compile as compiler

    compiled = []
    real = compiler.compile_operation

    def counted(config, dependant, **options):
        compiled.append(config.path)
        return real(config, dependant, **options)

    monkeypatch.setattr(compiler, "compile_operation", counted)

    @app.get("/")
    def read():
        return 1

    async def run():
        return await asyncio.gather(*(ask(app, "GET", "/") for _ in range(50)))

    assert {answer.status for answer in asyncio.run(run())} == {200}
    assert compiled == ["/"]


def test_custom_requests_and_routes():
    class Shouting(Request):
        async def body(self):
            return (await super().body()).upper()

    class ShoutingRoute(APIRoute):
        def get_route_handler(self):
            original = super().get_route_handler()

            async def handler(request: Request):
                response = await original(Shouting(request.scope, request.receive))
                response.headers["x-route"] = "shouting"
                return response

            return handler

    app = Dovetail()
    router = APIRouter(route_class=ShoutingRoute)

    @router.post("/")
    async def read(values: list[str], _: None = Depends(lambda: None)):
        return values

    app.include_router(router, prefix="/in")
    response = client(app).post("/in/", json=["abc"])
    assert response.json() == ["ABC"]
    assert response.headers["x-route"] == "shouting"


def test_redirects_to_the_other_slash(app):
    @app.get("/with/")
    async def with_slash():
        return 1

    @app.get("/without")
    async def without():
        return 2

    http = client(app, follow_redirects=False)
    assert http.get("/with?a=1").headers["location"] == "http://testserver/with/?a=1"
    assert http.get("/without/").headers["location"] == "http://testserver/without"
    strict = Dovetail(redirect_slashes=False)
    strict.get("/with/")(with_slash)
    assert client(strict).get("/with").status_code == 404


def test_routes_given_to_the_application():
    async def plain(request):
        return JSONResponse({"path": request.url.path})

    app = Dovetail(routes=[Route("/plain", plain)])
    assert client(app).get("/plain").json() == {"path": "/plain"}

    @app.router.route("/more", methods=["POST"], include_in_schema=False)
    async def more(request):
        return JSONResponse(1)

    assert client(app).post("/more").json() == 1
    assert list(app.openapi()["paths"]) == []


def test_a_root_path_of_the_application():
    with pytest.warns(UserWarning, match="root_path is deprecated"):
        app = Dovetail(root_path="/api")

    @app.get("/")
    async def read(request: Request):
        return request.scope["root_path"]

    assert answer_of(app, "GET", "/").json() == "/api"


@pytest.mark.parametrize("option", ["title", "version"])
def test_the_document_needs_a_title_and_a_version(option):
    with pytest.raises(ConfigurationError, match=f"A {option} must be provided"):
        Dovetail(**{option: ""})
    assert Dovetail(openapi_url=None, **{option: ""})


def test_events(app):
    order = []

    async def started():
        order.append("async")

    app.add_event_handler("startup", started)
    app.router.on_shutdown.append(lambda: order.append("stopped"))
    with pytest.warns(DeprecationWarning, match="lifespan"):
        app.on_event("startup")(lambda: order.append("sync"))
    with TestClient(app):
        assert order == ["async", "sync"]
    assert order[-1] == "stopped"


def test_the_logger():
    assert isinstance(logger, logging.Logger)
