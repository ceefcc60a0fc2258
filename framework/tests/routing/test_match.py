"""The index of routes answers as a walk over all of them does."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route, Router
from tests.kit import answer_of, http_scope

from dovetail import APIRouter, Dovetail, Request
from dovetail.responses import JSONResponse
from dovetail.routing import APIRoute, Match

SEGMENTS = ["a", "b", "", "{x}", "{y}", "{n:int}", "c-{z}", "{u:uuid}"]
TAILS = ["", "", "", "/{rest:path}"]


def endpoint(name):
    async def respond(request):
        params = {key: repr(value) for key, value in request.path_params.items()}
        return JSONResponse({"name": name, "params": params})

    return respond


@st.composite
def templates(draw):
    segments = draw(st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3, unique=True))
    return "/" + "/".join(segments) + draw(st.sampled_from(TAILS))


@st.composite
def tables(draw):
    routes = []
    for index, template in enumerate(draw(st.lists(templates(), min_size=1, max_size=8))):
        methods = draw(st.sampled_from([["GET"], ["POST"], ["GET", "PUT"]]))
        if draw(st.integers(0, 7)) == 0:
            inner = [
                Route("/a", endpoint(f"mounted {index}")),
                Route("/", endpoint(f"root {index}")),
            ]
            routes.append(Mount(template.split("/{rest")[0].rstrip("/"), routes=inner))
        else:
            routes.append(Route(template, endpoint(str(index)), methods=methods))
    return routes


PATHS = st.lists(
    st.sampled_from(["a", "b", "", "7", "c-d", "x", "00000000-0000-0000-0000-000000000000"]),
    min_size=1,
    max_size=4,
).map(lambda parts: "/" + "/".join(parts))


async def answer(app, method, path):
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app(http_scope(method, path), receive, send)
    headers = {name: value for name, value in sent[0]["headers"] if name in (b"location", b"allow")}
    if b"allow" in headers:
        headers[b"allow"] = b", ".join(sorted(headers[b"allow"].split(b", ")))
    return sent[0]["status"], headers, b"".join(message["body"] for message in sent[1:])


@settings(max_examples=300, deadline=None)
@given(tables(), st.lists(PATHS, min_size=1, max_size=4), st.sampled_from(["GET", "POST", "HEAD"]))
def test_index_answers_like_a_walk_over_the_routes(routes, paths, method):
    async def compare():
        walk, index = Router(routes=routes), APIRouter(routes=routes)
        for path in [*paths, *paths]:
            assert await answer(index, method, path) == await answer(walk, method, path), path

    asyncio.run(compare())


def names_app(*paths):
    app = Dovetail(openapi_url=None)
    for path in paths:
        app.add_api_route(path, lambda path=path: path, name=path)

    return app


@pytest.mark.parametrize(
    ("paths", "target", "expected"),
    [
        (["/items/{id}", "/items/me"], "/items/me", "/items/{id}"),
        (["/items/me", "/items/{id}"], "/items/me", "/items/me"),
        (["/{a}/x", "/items/{id}"], "/items/x", "/{a}/x"),
        (["/items/{id}", "/{a}/x"], "/items/x", "/items/{id}"),
        (["/{rest:path}", "/items/{id}"], "/items/1", "/{rest:path}"),
        (["/items/{id}", "/{rest:path}"], "/items/1", "/items/{id}"),
        (["/n/{n:int}", "/n/{s}"], "/n/x", "/n/{s}"),
        (["/n/{n:int}", "/n/{s}"], "/n/1", "/n/{n:int}"),
    ],
)
def test_first_route_that_matches_answers(paths, target, expected):
    app = Dovetail(openapi_url=None)
    for path in paths:

        @app.get(path)
        def found(request_path: str = path):
            return request_path

    for _ in range(2):
        assert answer_of(app, "GET", target).json() == expected


def test_later_full_match_wins_over_earlier_partial_one():
    app = Dovetail(openapi_url=None)

    @app.get("/items/{id}")
    def read(id: str):
        return "read"

    @app.put("/items/{name}")
    def replace(name: str):
        return name

    assert answer_of(app, "PUT", "/items/x").json() == "x"
    refused = answer_of(app, "DELETE", "/items/x")
    assert refused.status == 405
    assert ("allow", "GET") in refused.headers


def test_route_with_own_matching_is_asked_in_its_place():
    asked = []

    class Picky(APIRoute):
        def matches(self, scope):
            asked.append(scope["path"])
            match, child_scope = super().matches(scope)
            return (match if b"yes" in dict(scope["headers"]).values() else Match.NONE), child_scope

    app = Dovetail(openapi_url=None)
    app.router.route_class = Picky

    @app.get("/items/{id}")
    def picky(id: str):
        return "picky"

    app.router.route_class = APIRoute

    @app.get("/items/{id}")
    def plain(id: str):
        return "plain"

    assert answer_of(app, "GET", "/items/1").json() == "plain"
    assert answer_of(app, "GET", "/items/1", headers=[("x-match", "yes")]).json() == "picky"
    assert asked == ["/items/1", "/items/1"]


def test_parameters_of_mounts_are_kept():
    inner = Dovetail(openapi_url=None)

    @inner.get("/items/{id}")
    def read(tenant: str, id: int):
        return [tenant, id]

    app = Dovetail(openapi_url=None)
    app.mount("/{tenant}", inner)

    # The inner application's own path has no `tenant`, so there it is a query parameter.
    answer = answer_of(app, "GET", "/acme/items/3?tenant=q")
    assert answer.json() == ["q", 3]

    @inner.get("/params")
    async def params(request: Request):
        return request.path_params

    assert answer_of(app, "GET", "/acme/params").json()["tenant"] == "acme"


def test_cost_does_not_grow_with_the_number_of_routes():
    app = Dovetail(openapi_url=None)
    for number in range(300):
        app.add_api_route(f"/r{number}/{{id}}", lambda id: id)
    answer_of(app, "GET", "/r299/x")
    index = app.router._dispatcher._http
    asked = []
    index._candidates = asked.append  # the walk over candidates, which is what would grow
    assert answer_of(app, "GET", "/r299/x").status == 200
    assert asked == []
