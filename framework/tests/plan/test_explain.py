"""Plans as text: what a request costs."""

from collections.abc import AsyncIterable
from typing import Annotated

import pytest
from pydantic import BaseModel

from dovetail import (
    BackgroundTasks,
    Depends,
    Form,
    Header,
    Query,
    Request,
    Response,
    Security,
    WebSocket,
)
from dovetail._plan.compile import compile_operation, compile_websocket
from dovetail.responses import EventSourceResponse, PlainTextResponse, StreamingResponse
from dovetail.security import SecurityScopes


class Item(BaseModel):
    name: str


class Filters(BaseModel):
    limit: int = 1


def plan_of(app):
    route = app.routes[-1]
    return compile_operation(route.config(), route.dependant).description


async def session():
    yield 1


def user(session: Annotated[int, Depends(session)], x_token: Annotated[str, Header()]):
    return session


def audit(scopes: SecurityScopes):
    yield 2


def test_a_whole_operation(app):
    @app.post("/items/{item_id}", response_model=Item)
    def create(
        item_id: int,
        item: Item,
        user: Annotated[int, Depends(user, max_concurrency=3)],
        audit: Annotated[int, Security(audit, scopes=["a"])],
        q: Annotated[str, Query(alias="search")] = "",
    ):
        return item

    assert plan_of(app) == (
        "body: JSON, parsed, then validated",
        "1. session (async generator, ended after the response)",
        "2. user (function, at most 3 at a time)",
        "   takes session from 1",
        "   reads header x-token: one validator",
        "3. audit (generator, ended after the response, in the thread of the call)",
        "   is given security scopes",
        "call test_a_whole_operation.create (function)",
        "   takes user from 2, audit from 3",
        "   reads path item_id; query search: one validator",
        "   reads body item",
        "response: Item, validated, written by pydantic-core",
        "cost: 2 validators, 3 thread hops, 2 dependencies to end",
    )


def test_the_cheapest_operation(app):
    @app.get("/")
    async def read():
        return 1

    assert plan_of(app) == (
        "call test_the_cheapest_operation.read (coroutine)",
        "response: JSON, not validated",
        "cost: 0 validators, 0 thread hops, 0 dependencies to end",
    )


def test_neighbours_share_a_thread(app):
    def one():
        return 1

    def two():
        return 2

    @app.get("/", dependencies=[Depends(one), Depends(two)])
    async def read():
        return 1

    lines = plan_of(app)
    assert "in the same thread" not in lines[0]
    assert lines[1].endswith("two (function, in the same thread)")
    assert lines[-1] == "cost: 0 validators, 1 thread hop, 0 dependencies to end"


@pytest.mark.parametrize(
    ("function", "options", "line"),
    [
        ("events", {"response_class": EventSourceResponse}, "response: server-sent events"),
        ("events", {}, "response: JSON Lines"),
        (
            "events",
            {"response_class": StreamingResponse},
            "response: StreamingResponse of what is yielded",
        ),
        (
            "plain",
            {"response_class": PlainTextResponse},
            "response: PlainTextResponse, not validated",
        ),
        (
            "plain",
            {"response_class": PlainTextResponse, "response_model": Item},
            "response: Item, validated, PlainTextResponse",
        ),
        (
            "plain",
            {"response_model": list[Item]},
            f"response: {list[Item]}, validated, written by pydantic-core",
        ),
    ],
)
def test_how_the_response_is_written(app, function, options, line):
    async def events() -> AsyncIterable[int]:
        yield 1

    async def plain():
        return 1

    app.get("/", **options)(events if function == "events" else plain)
    assert line in plan_of(app)


def test_how_the_body_is_read(app):
    @app.post("/model")
    async def model(item: Item):
        return 1

    assert plan_of(app)[0] == "body: JSON, validated while it is parsed, as item"

    @app.post("/form")
    async def form(name: Annotated[str, Form()]):
        return 1

    assert plan_of(app)[0] == "body: a form, value by value"


def test_what_is_given_and_read_one_by_one(app):
    @app.get("/")
    async def read(
        filters: Annotated[Filters, Query()],
        request: Request,
        response: Response,
        tasks: BackgroundTasks,
    ):
        return 1

    lines = plan_of(app)
    assert any(line.endswith("one by one") and "query" in line for line in lines)
    assert "   is given the request, the response, background tasks" in lines


def test_websockets(app):
    @app.websocket("/")
    async def serve(websocket: WebSocket, session: Annotated[int, Depends(session)]):
        await websocket.accept()

    route = app.routes[-1]
    lines = compile_websocket(route.config(), route.dependant).description
    assert "   is given the WebSocket" in lines
    assert "1. session (async generator, ended after the response)" in lines
