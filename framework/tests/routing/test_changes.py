"""Routes may be added, moved and taken away at any time."""

import pytest
from tests.kit import answer_of

from dovetail import APIRouter, Dovetail
from dovetail.routing import APIRoute
from dovetail.routing.changes import RouteList


def route(name):
    return APIRoute(f"/{name}", lambda: name, name=name)


CHANGES = {
    "append": lambda routes: routes.append(route("new")),
    "extend": lambda routes: routes.extend([route("new")]),
    "insert": lambda routes: routes.insert(0, route("new")),
    "pop": lambda routes: routes.pop(),
    "remove": lambda routes: routes.remove(routes[0]),
    "clear": lambda routes: routes.clear(),
    "reverse": lambda routes: routes.reverse(),
    "sort": lambda routes: routes.sort(key=lambda item: item.name),
    "set item": lambda routes: routes.__setitem__(0, route("new")),
    "set slice": lambda routes: routes.__setitem__(slice(0, 1), [route("new")]),
    "delete": lambda routes: routes.__delitem__(0),
    "add": lambda routes: routes.__iadd__([route("new")]),
    "multiply": lambda routes: routes.__imul__(2),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_each_change_is_counted(change):
    routes, plain = RouteList([route("b"), route("a")]), [route("b"), route("a")]
    before = routes.version
    change(routes)
    change(plain)
    assert routes.version > before
    assert [item.name for item in routes] == [item.name for item in plain]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_application_answers_by_the_routes_of_the_moment(change):
    app = Dovetail(openapi_url=None, routes=[route("b"), route("a")])
    assert answer_of(app, "GET", "/a").status == 200
    change(app.router.routes)
    known = {item.name for item in app.routes}
    for name in ("a", "b", "new"):
        assert (answer_of(app, "GET", f"/{name}").status == 200) == (name in known)


def test_list_of_routes_may_be_replaced():
    app = Dovetail(openapi_url=None, routes=[route("a")])
    assert answer_of(app, "GET", "/a").status == 200
    app.router.routes = [route("b")]
    assert answer_of(app, "GET", "/a").status == 404
    assert answer_of(app, "GET", "/b").json() == "b"


def test_routes_of_a_removed_router_are_gone():
    router = APIRouter(routes=[route("inner")])
    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/x")
    router.routes.append(route("late"))
    assert answer_of(app, "GET", "/x/late").json() == "late"
    app.router.routes.pop()
    assert answer_of(app, "GET", "/x/inner").status == 404


def test_compiled_operations_survive_the_addition_of_others():
    router = APIRouter(routes=[route("a")])
    app = Dovetail(openapi_url=None)
    app.include_router(router, prefix="/x")
    answer_of(app, "GET", "/x/a")
    [before] = app.routes[-1].effective_route_contexts()
    compiled = before.app.ready
    router.routes.append(route("b"))
    answer_of(app, "GET", "/x/b")
    after, _ = app.routes[-1].effective_route_contexts()
    assert after is before
    assert after.app.ready is compiled
