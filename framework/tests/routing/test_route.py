"""Path operations as they are declared, and ways to come in between."""

import pytest
from pydantic import BaseModel
from starlette.responses import JSONResponse, PlainTextResponse, Response
from tests.kit import answer_of

from dovetail import APIRouter, Depends, Dovetail, Request, routing
from dovetail.exceptions import ConfigurationError, DovetailError
from dovetail.routing import APIRoute, APIWebSocketRoute, Match


class Item(BaseModel):
    name: str


def item() -> Item:
    return Item(name="x")


def test_route_has_the_attributes_that_plug_ins_read():
    route = APIRoute("/items/{id:int}", item, methods=["get"], status_code=201, tags=["a"])
    assert (route.path, route.path_format) == ("/items/{id:int}", "/items/{id}")
    assert route.methods == {"GET"}
    assert route.name == "item"
    assert route.unique_id == "item_items__id__get"
    assert route.response_field.field_info.annotation is Item
    assert route.response_field.name == "Response_item_items__id__get"
    assert route.body_field is None
    assert route.dependant.call is item
    assert route.param_convertors["id"].convert("3") == 3
    assert route.path_regex.match("/items/3")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"responses": {400: "no dict"}}, "must be a dict"),
        ({"responses": {204: {"model": Item}}}, "Status code 204 must not have a response body"),
        ({"response_model": Item, "status_code": 204}, "must not have a response body"),
        ({"response_model": Response | None}, "valid Pydantic field type"),
    ],
)
def test_mistakes_come_up_where_they_are_made(options, message):
    with pytest.raises(ConfigurationError, match=message) as caught:
        APIRoute("/", lambda: None, **options)
    assert isinstance(caught.value, AssertionError)


def test_endpoint_must_be_callable():
    with pytest.raises(ConfigurationError, match="callable"):
        APIRoute("/", "no function")


@pytest.mark.parametrize("included", [False, True])
def test_overridden_handler_wraps_the_plan(included):
    class Timed(APIRoute):
        def get_route_handler(self):
            handler = super().get_route_handler()

            async def timed(request: Request) -> Response:
                response = await handler(request)
                response.headers["x-timed"] = request.url.path
                return response

            return timed

    router = APIRouter(route_class=Timed)
    router.add_api_route("/items", item)
    app = Dovetail(openapi_url=None, routes=[] if included else router.routes)
    if included:
        app.include_router(router)
    answer = answer_of(app, "GET", "/items")
    assert answer.json() == {"name": "x"}
    assert ("x-timed", "/items") in answer.headers


def test_handler_function_may_be_replaced_by_a_plug_in(monkeypatch):
    original = routing.get_request_handler
    seen = []

    def replaced(*args, **kwargs):
        seen.append(kwargs["dependant"].call)
        return original(*args, **kwargs)

    monkeypatch.setattr(routing, "get_request_handler", replaced)
    app = Dovetail(openapi_url=None)
    app.add_api_route("/items", item)
    assert answer_of(app, "GET", "/items").json() == {"name": "x"}
    assert answer_of(app, "GET", "/items").json() == {"name": "x"}
    assert seen == [item]


def test_overridden_handle_is_called():
    class Counting(APIRoute):
        count = 0

        async def handle(self, scope, receive, send):
            Counting.count += 1
            await super().handle(scope, receive, send)

    app = Dovetail(openapi_url=None)
    app.router.route_class = Counting
    app.add_api_route("/items", item)
    assert answer_of(app, "GET", "/items").json() == {"name": "x"}
    assert answer_of(app, "POST", "/items").status == 405
    assert Counting.count == 2


def test_application_of_a_route_may_be_replaced():
    app = Dovetail(openapi_url=None)
    app.add_api_route("/items", item)
    assert answer_of(app, "GET", "/items").json() == {"name": "x"}
    app.routes[-1].app = JSONResponse("other")
    assert answer_of(app, "GET", "/items").json() == "other"


def test_path_expression_may_be_replaced():
    app = Dovetail(openapi_url=None)
    app.add_api_route("/items", item)
    route = app.routes[-1]
    assert answer_of(app, "GET", "/items").status == 200
    route.path = "/things"
    route.path_regex, route.path_format, route.param_convertors = routing.compile_path("/things")
    assert answer_of(app, "GET", "/things").status == 200
    assert answer_of(app, "GET", "/items").status == 404


def test_sync_handler_runs_in_a_thread():
    import threading

    here = threading.get_ident()
    app = Dovetail(openapi_url=None)
    handler = routing.request_response(
        lambda request: PlainTextResponse(str(threading.get_ident() != here))
    )
    app.router.routes.append(routing.Route("/", endpoint=type("Raw", (), {"__call__": None})))
    app.router.routes[-1].app = handler
    assert answer_of(app, "GET", "/").body == b"True"


def test_websocket_route_matches_only_websockets():
    async def serve(websocket): ...

    route = APIWebSocketRoute("/ws/{room}", serve)
    assert route.matches({"type": "http", "path": "/ws/a"})[0] is Match.NONE
    match, child_scope = route.matches({"type": "websocket", "path": "/ws/a"})
    assert match is Match.FULL
    assert child_scope == {"endpoint": serve, "path_params": {"room": "a"}}
    assert route.matches({"type": "websocket", "path": "/other"})[0] is Match.NONE


def test_route_alone_is_an_application():
    route = APIRoute("/items", item)
    assert answer_of(route, "GET", "/items").json() == {"name": "x"}
    assert answer_of(route, "POST", "/items").status == 405
    assert answer_of(route, "GET", "/other").status == 404


class Provider:
    def __init__(self):
        self.dependency_overrides = {}


def test_overrides_are_compiled_once_per_set():
    def value():
        return "original"

    def read(found: str = Depends(value)):
        return found

    app = Dovetail(openapi_url=None)
    app.add_api_route("/", read)
    assert answer_of(app, "GET", "/").json() == "original"
    app.dependency_overrides[value] = lambda: "other"
    assert answer_of(app, "GET", "/").json() == "other"
    app.dependency_overrides = {len: max}
    assert answer_of(app, "GET", "/").json() == "original"
    app.dependency_overrides.clear()
    assert answer_of(app, "GET", "/").json() == "original"


def test_swallowed_error_is_reported():
    async def swallowing():
        try:
            yield
        except ValueError:
            pass

    async def fail(_=Depends(swallowing)):
        raise ValueError

    app = Dovetail(openapi_url=None)
    app.add_api_route("/", fail)
    with pytest.raises(DovetailError):
        answer_of(app, "GET", "/")
