"""The application: its own settings, and what it passes on to its router."""

import asyncio
import inspect

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse

import dovetail
from dovetail import APIRouter, Dovetail, FastAPI, Request, WebSocket
from dovetail._serving import FlatStack
from dovetail.exceptions import ConfigurationError, DovetailDeprecationWarning
from dovetail.middleware.cors import CORSMiddleware
from tests.kit import answer_of, client, http_scope

OPTIONS = [
    "self", "telemetry", "debug", "routes", "title", "summary", "description", "version",
    "openapi_url", "openapi_tags", "servers", "dependencies", "default_response_class",
    "redirect_slashes", "docs_url", "redoc_url", "swagger_ui_oauth2_redirect_url",
    "swagger_ui_init_oauth", "middleware", "exception_handlers", "on_startup", "on_shutdown",
    "lifespan", "terms_of_service", "contact", "license_info", "root_path",
    "root_path_in_servers", "responses", "callbacks", "webhooks", "deprecated",
    "include_in_schema", "swagger_ui_parameters", "generate_unique_id_function",
    "separate_input_output_schemas", "openapi_external_docs", "strict_content_type",
    "max_body_size", "form_limits",
]  # fmt: skip


def test_options():
    parameters = inspect.signature(Dovetail.__init__).parameters
    assert list(parameters) == OPTIONS
    assert FastAPI is Dovetail
    assert issubclass(Dovetail, Starlette)


def test_package_exports():
    names = {name for name in vars(dovetail) if not name.startswith("_")}
    assert names >= {
        "APIRouter", "BackgroundTasks", "Body", "Cookie", "Depends", "Dovetail", "FastAPI", "File",
        "Form", "HTTPException", "Header", "Path", "Query", "Request", "Response", "Security",
        "UploadFile", "WebSocket", "WebSocketDisconnect", "WebSocketException", "status",
    }  # fmt: skip


@pytest.mark.parametrize("layered", [False, True])
def test_scope_is_what_middleware_and_endpoints_expect(layered):
    app = Dovetail(openapi_url=None)
    if layered:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["*"])

    @app.get("/items/{id}", name="read")
    def read(request: Request, id: int):
        scope = request.scope
        return [
            scope["app"] is app,
            scope["router"] is app.router,
            scope["route"].path,
            scope["endpoint"].__name__,
            scope["path_params"],
            str(request.url_for("read", id=5)),
        ]

    url = "http://testserver/items/5"
    expected = [True, True, "/items/{id}", "read", {"id": "3"}, url]
    assert client(app).get("/items/3").json() == expected


def test_no_layer_without_need():
    app = Dovetail(openapi_url=None)
    answer_of(app, "GET", "/")
    assert type(app.middleware_stack) is FlatStack
    for options in (
        {"middleware": [Middleware(CORSMiddleware)]},
        {"max_body_size": 1},
    ):
        app = Dovetail(openapi_url=None, **options)
        answer_of(app, "GET", "/")
        assert type(app.middleware_stack) is not FlatStack


def test_instrumented_starlette_is_gone_through(monkeypatch):
    seen = []
    original = Starlette.__call__

    async def instrumented(self, scope, receive, send):
        seen.append(scope["path"])
        await original(self, scope, receive, send)

    monkeypatch.setattr(Starlette, "__call__", instrumented)
    app = Dovetail(openapi_url=None)
    app.add_api_route("/", lambda: "ok")
    assert answer_of(app, "GET", "/").json() == "ok"
    assert answer_of(app, "GET", "/none").status == 404
    assert seen == ["/", "/none"]


def test_middleware_cannot_be_added_to_a_running_application():
    app = Dovetail(openapi_url=None)
    answer_of(app, "GET", "/")
    with pytest.raises(RuntimeError, match="after an application has started"):
        app.add_middleware(CORSMiddleware)


def test_slashes_are_redirected_unless_forbidden():
    for allowed in (True, False):
        app = Dovetail(openapi_url=None, redirect_slashes=allowed)
        app.add_api_route("/with/", lambda: "with")
        app.add_api_route("/without", lambda: "without")
        for path, location in (("/with", "/with/"), ("/without/", "/without")):
            answer = answer_of(app, "GET", f"{path}?q=1", headers=[("host", "testserver")])
            assert answer.status == (307 if allowed else 404)
            if allowed:
                assert dict(answer.headers)["location"] == f"http://testserver{location}?q=1"


def test_own_default_answers_what_no_route_does():
    app = Dovetail(openapi_url=None)
    app.router.default = PlainTextResponse("default")
    assert answer_of(app, "GET", "/x").body == b"default"


def test_root_path():
    with pytest.warns(DovetailDeprecationWarning, match="--root-path /api"):
        app = Dovetail(root_path="/api")

    @app.get("/x")
    def read(request: Request):
        return request.scope["root_path"]

    assert answer_of(app, "GET", "/x").json() == "/api"
    assert answer_of(app, "GET", "/api/x").json() == "/api"
    servers = answer_of(app, "GET", "/openapi.json").json()["servers"]
    assert servers == [{"url": "/api"}]


@pytest.mark.parametrize("missing", ["title", "version"])
def test_document_needs_title_and_version(missing):
    with pytest.raises(ConfigurationError, match=f"A {missing} must be provided"):
        Dovetail(**{missing: ""})
    Dovetail(**{missing: ""}, openapi_url=None)


def test_document_is_made_again_when_routes_change():
    app = Dovetail()
    router = APIRouter()
    app.include_router(router)
    first = app.openapi()
    assert app.openapi() is first
    router.add_api_route("/late", lambda: None)
    assert "/late" in app.openapi()["paths"]
    app.openapi_schema = {"own": True}
    app._openapi_routes_version = None
    router.add_api_route("/later", lambda: None)
    assert app.openapi() == {"own": True}


def test_declarations_reach_the_router():
    app = Dovetail(openapi_url=None)

    @app.api_route("/any", methods=["GET", "QUERY"])
    def any_method():
        return "any"

    @app.websocket("/ws")
    async def echo(websocket: WebSocket):
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    @app.websocket_route("/raw")
    async def raw(websocket):
        await websocket.accept()
        await websocket.send_text("raw")
        await websocket.close()

    @app.router.route("/plain")
    async def plain(request):
        return PlainTextResponse("plain")

    assert answer_of(app, "QUERY", "/any").json() == "any"
    assert answer_of(app, "GET", "/plain").body == b"plain"
    with client(app).websocket_connect("/ws") as session:
        session.send_text("hello")
        assert session.receive_text() == "hello"
    with client(app).websocket_connect("/raw") as session:
        assert session.receive_text() == "raw"


def test_every_verb_answers_its_method():
    app = Dovetail(openapi_url=None)
    verbs = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
    for verb in verbs:
        getattr(app, verb)("/")(lambda verb=verb: verb)
    for verb in verbs:
        assert answer_of(app, verb.upper(), "/").json() == verb


def test_routers_own_methods_are_used():
    added = []

    class Counting(APIRouter):
        def add_api_route(self, path, endpoint, **options):
            added.append((path, options["response_model_by_alias"]))
            super().add_api_route(path, endpoint, **options)

    router = Counting()
    router.get("/x")(lambda: "x")
    app = Dovetail(openapi_url=None)
    app.include_router(router)
    assert added == [("/x", True)]
    assert answer_of(app, "GET", "/x").json() == "x"


def test_unknown_type_of_connection_is_refused_by_nobody_else():
    app = Dovetail(openapi_url=None)
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(app({**http_scope("GET", "/none"), "type": "websocket"}, receive, send))
    assert sent[0]["type"] == "websocket.close"
