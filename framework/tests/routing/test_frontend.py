"""A built browser application behind the path operations."""

import pytest
from starlette.routing import NoMatchFound, Route
from tests.kit import answer_of, client

from dovetail import APIRouter, Depends, Dovetail, HTTPException, Request, Response
from dovetail.exceptions import ConfigurationError
from dovetail.responses import PlainTextResponse
from dovetail.routing import Match
from dovetail.routing.frontend_files import wants_page

PAGE = [("accept", "text/html")]


@pytest.fixture
def dist(tmp_path):
    files = {
        "index.html": "the application",
        "assets/app.js": "script",
        "about/index.html": "about",
        "admin/index.html": "admin",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def app_with(directory, path="/", **options):
    app = Dovetail(openapi_url=None)
    app.frontend(path, directory=directory, **options)
    return app


def test_files_pages_and_fallback(dist):
    app = app_with(dist)
    assert answer_of(app, "GET", "/assets/app.js").body == b"script"
    assert answer_of(app, "GET", "/").body == b"the application"
    assert answer_of(app, "GET", "/about/").body == b"about"
    moved = answer_of(app, "GET", "/about")
    assert moved.status == 307
    assert answer_of(app, "GET", "/users/jane.doe", headers=PAGE).body == b"the application"
    assert answer_of(app, "GET", "/users/jane.doe").status == 404
    assert answer_of(app, "HEAD", "/assets/app.js").status == 200


def test_files_that_have_not_changed_are_not_sent_again(dist):
    app = app_with(dist)
    etag = dict(answer_of(app, "GET", "/assets/app.js").headers)["etag"]
    answer = answer_of(app, "GET", "/assets/app.js", headers=[("if-none-match", etag)])
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize("path", ["/../secret", "/..%2fsecret", "/%5c..%5csecret", "/a%00b"])
def test_nothing_outside_is_served(dist, path):
    (dist.parent / "secret").write_text("secret")
    answer = answer_of(app_with(dist), "GET", path)
    assert answer.status == 404


def test_other_methods(dist):
    app = app_with(dist)
    assert answer_of(app, "POST", "/assets/app.js").status == 405
    assert answer_of(app, "POST", "/about/").status == 405
    assert answer_of(app, "POST", "/users/jane", headers=PAGE).status == 404


def test_path_operations_come_first(dist):
    app = app_with(dist)
    router = APIRouter()

    @router.get("/api/{name}")
    def read(name: str):
        raise HTTPException(404, name)

    app.include_router(router)
    assert answer_of(app, "GET", "/api/x", headers=PAGE).json() == {"detail": "x"}
    assert answer_of(app, "POST", "/api/x").status == 405


def test_page_for_what_is_not_found(dist):
    (dist / "404.html").write_text("not here")
    for fallback in ("auto", "404.html"):
        answer = answer_of(app_with(dist, fallback=fallback), "GET", "/x")
        assert (answer.status, answer.body) == (404, b"not here")
    assert answer_of(app_with(dist, fallback="index.html"), "GET", "/x", headers=PAGE).status == 200
    assert answer_of(app_with(dist, fallback=None), "GET", "/x", headers=PAGE).body != b"not here"


def test_longest_path_wins(dist):
    app = app_with(dist)
    admin = APIRouter()
    admin.frontend("/", directory=dist / "admin")
    app.include_router(admin, prefix="/admin")
    app.frontend("/admin/about/", directory=dist / "about")
    assert answer_of(app, "GET", "/admin/x", headers=PAGE).body == b"admin"
    assert answer_of(app, "GET", "/admin/about/x", headers=PAGE).body == b"about"
    assert answer_of(app, "GET", "/administrator", headers=PAGE).body == b"the application"


def test_dependencies_run_before_files_are_served(dist):
    def only_with_cookie(request: Request, response: Response):
        if "session" not in request.cookies:
            raise HTTPException(401)
        response.headers["x-user"] = "jane"

    router = APIRouter(dependencies=[Depends(only_with_cookie)])
    router.frontend("/ui", directory=dist)
    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/x")
    assert answer_of(app, "GET", "/x/ui/").status == 401
    answer = answer_of(app, "GET", "/x/ui/", headers=[("cookie", "session=1")])
    assert answer.body == b"the application"
    assert ("x-user", "jane") in answer.headers
    app.dependency_overrides[only_with_cookie] = lambda: None
    assert answer_of(app, "GET", "/x/ui/").status == 200


def test_root_path_is_not_part_of_the_file(dist):
    scope = {"root_path": "/proxy", "path": "/proxy/ui/assets/app.js"}
    assert answer_of(app_with(dist, "/ui"), "GET", "/", scope=scope).body == b"script"


def test_body_limit_of_the_inclusion(dist):
    router = APIRouter()
    router.frontend("/", directory=dist)
    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/none", max_body_size=0)
    headers = [("content-length", "1")]
    assert answer_of(app, "GET", "/none/index.html", headers=headers).status == 413


@pytest.mark.parametrize("path", ["", "ui"])
def test_path_begins_with_a_slash(dist, path):
    with pytest.raises(ConfigurationError, match="start with '/'"):
        app_with(dist, path)


def test_unknown_fallback(dist):
    with pytest.raises(ConfigurationError, match="fallback must be"):
        app_with(dist, fallback="home.html")


@pytest.mark.parametrize("variable", ["DOVETAIL_ENV", "FASTAPI_ENV"])
def test_missing_directory(tmp_path, monkeypatch, variable):
    missing = tmp_path / "missing"
    monkeypatch.setenv(variable, "production")
    with pytest.raises(RuntimeError, match="does not exist"):
        app_with(missing)
    with pytest.raises(RuntimeError, match="does not exist"):
        answer_of(app_with(missing, check_dir=False), "GET", "/x")
    monkeypatch.setenv(variable, "development")
    with pytest.warns(UserWarning, match="does not exist") as warned:
        Dovetail().frontend("/", directory=missing)
    assert warned[0].filename == __file__
    with pytest.warns(UserWarning, match="does not exist") as warned:
        APIRouter().frontend("/", directory=missing)
    assert warned[0].filename == __file__


@pytest.mark.parametrize("fallback", ["index.html", "404.html"])
def test_missing_fallback(tmp_path, fallback):
    with pytest.raises(RuntimeError, match=fallback):
        app_with(tmp_path, fallback=fallback)
    app = app_with(tmp_path, fallback=fallback, check_dir=False)
    with pytest.raises(RuntimeError, match=fallback):
        answer_of(app, "GET", "/x", headers=PAGE)


def test_frontends_are_matched_by_hand(dist):
    app = app_with(dist, "/ui")
    group = app.router._frontend_routes
    [route] = group.routes
    assert group.matches({"type": "websocket", "path": "/ui"}) == (Match.NONE, {})
    scope = {"type": "http", "path": "/ui/x", "method": "GET"}
    match, child_scope = route.matches(scope)
    assert match is Match.FULL
    assert child_scope["fastapi"]["frontend_path"] == "x"
    assert answer_of(route, "GET", "/ui/assets/app.js").body == b"script"
    for item in (group, route):
        with pytest.raises(NoMatchFound):
            item.url_path_for("x")


def test_other_routes_of_low_priority(dist):
    async def respond(request):
        return PlainTextResponse(request.url.path)

    router = APIRouter()
    router._low_priority_routes.append(Route("/low", respond, methods=["GET"]))
    app = app_with(dist)
    app.include_router(router, prefix="/in")
    app.router._low_priority_routes.append(Route("/own", respond))
    assert answer_of(app, "GET", "/in/low").body == b"/in/low"
    assert answer_of(app, "GET", "/own").body == b"/own"
    plain = Dovetail(openapi_url=None)
    plain.include_router(router)
    assert answer_of(plain, "POST", "/low").status == 405


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html", True),
        ("TEXT/HTML;q=0.5", True),
        ("text/html; charset=utf-8; q=0.8", True),
        ("application/xhtml+xml", True),
        ("text/html;q=wat", True),
        ("text/html;q=0", False),
        ("text/html;q=0, */*", False),
        ("*/*", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_who_wants_a_page(accept, expected):
    assert wants_page(accept) is expected


def test_redirect_to_a_path_operation_comes_before_files(dist):
    app = app_with(dist)

    @app.get("/about/")
    def about():
        return "operation"

    assert client(app).get("/about").json() == "operation"
