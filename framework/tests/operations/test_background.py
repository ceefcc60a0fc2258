"""Background tasks."""

from typing import Annotated

import pytest
from starlette.background import BackgroundTask
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from tests.kit import client

from dovetail import BackgroundTasks, Depends
from dovetail.responses import JSONResponse
from dovetail.testclient import TestClient


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_tasks_run_in_order_after_the_function(app, kind):
    order = []

    async def later(name, *, times=1):
        order.append(name * times)

    def blocking(name):
        order.append(name)

    async def dependency(tasks: BackgroundTasks):
        tasks.add_task(later, "dependency")

    async def function(tasks: BackgroundTasks, _: Annotated[None, Depends(dependency)]):
        tasks.add_task(later, "x", times=2)
        tasks.add_task(blocking, "blocking")
        order.append("function")
        return {"ok": True}

    def function_blocking(tasks: BackgroundTasks, _: Annotated[None, Depends(dependency)]):
        tasks.add_task(later, "x", times=2)
        tasks.add_task(blocking, "blocking")
        order.append("function")
        return {"ok": True}

    app.get("/")(function if kind == "async" else function_blocking)
    assert client(app).get("/").json() == {"ok": True}
    assert order == ["function", "dependency", "xx", "blocking"]


def test_tasks_with_a_response_of_ones_own(app):
    ran = []

    @app.get("/without")
    async def without(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "injected")
        return JSONResponse({})

    @app.get("/with")
    async def with_own(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "dropped: the response has its own")
        return JSONResponse({}, background=BackgroundTask(ran.append, "own"))

    client(app).get("/without")
    client(app).get("/with")
    assert ran == ["injected", "own"]


def test_starlettes_own_class(app):
    ran = []

    @app.get("/")
    async def read(tasks: StarletteBackgroundTasks):
        tasks.add_task(ran.append, 1)

    client(app).get("/")
    assert ran == [1]


def test_the_response_is_there_before_the_tasks(app):
    class Boom(Exception):
        pass

    def fail():
        raise Boom

    @app.get("/")
    async def read(tasks: BackgroundTasks):
        tasks.add_task(fail)
        return "sent"

    assert client(app).get("/").json() == "sent"
    with pytest.raises(Boom):
        TestClient(app).get("/")
