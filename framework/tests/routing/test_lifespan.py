"""What runs before the first request and after the last."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from dovetail import APIRouter, Dovetail, Request
from dovetail.exceptions import ConfigurationError
from dovetail.testclient import TestClient


def recording(log, name):
    @asynccontextmanager
    async def lifespan(app):
        log.append(f"+{name}")
        yield {"name": name, name: True}
        log.append(f"-{name}")

    return lifespan


def test_included_routers_run_within_the_application():
    log = []
    inner = APIRouter(lifespan=recording(log, "inner"))
    outer = APIRouter(lifespan=recording(log, "outer"))
    outer.include_router(inner)
    app = Dovetail(lifespan=recording(log, "app"))
    app.include_router(outer)
    with TestClient(app) as session:
        assert session.app_state == {"name": "app", "app": True, "outer": True, "inner": True}
    assert log == ["+app", "+outer", "+inner", "-inner", "-outer", "-app"]


def test_mounted_applications_run_too():
    log = []
    mounted = Dovetail(lifespan=recording(log, "mounted"), openapi_url=None)

    @mounted.get("/")
    def read(request: Request):
        return [request.state.name, request.state.app]

    router = APIRouter()
    router.mount("/mounted", mounted)
    app = Dovetail(lifespan=recording(log, "app"), openapi_url=None)
    app.include_router(router, prefix="/in")
    app.mount("/again", mounted)

    @app.get("/")
    def own(request: Request):
        return request.state.name

    with TestClient(app) as session:
        assert session.get("/in/mounted/").json() == ["mounted", True]
        assert session.get("/").json() == "app"
    assert log == ["+app", "+mounted", "-mounted", "-app"]


def test_mounted_application_that_runs_already_is_left_alone():
    log = []
    mounted = Dovetail(lifespan=recording(log, "mounted"))

    @asynccontextmanager
    async def by_hand(app):
        async with mounted.router.lifespan_context(mounted):
            yield

    app = Dovetail(lifespan=by_hand)
    app.mount("/mounted", mounted)
    with TestClient(app):
        pass
    assert log == ["+mounted", "-mounted"]


def test_blocking_and_generator_lifespans():
    log = []

    def blocking(app):
        log.append("+blocking")
        yield {"blocking": True}
        log.append("-blocking")

    async def generator(app):
        log.append("+generator")
        yield
        log.append("-generator")

    router = APIRouter(lifespan=blocking)
    app = Dovetail(lifespan=generator)
    app.include_router(router)
    with TestClient(app) as session:
        assert session.app_state == {"blocking": True}
    assert log == ["+generator", "+blocking", "-blocking", "-generator"]


def test_event_handlers():
    log = []

    async def started():
        log.append("async")

    router = APIRouter(on_startup=[started], on_shutdown=[lambda: log.append("router stopped")])
    app = Dovetail(on_startup=[lambda: log.append("started")])
    app.include_router(router)
    app.add_event_handler("shutdown", lambda: log.append("stopped"))
    with pytest.warns(DeprecationWarning, match="on_event is deprecated"):

        @app.on_event("startup")
        def late():
            log.append("late")

    with pytest.warns(DeprecationWarning, match="on_event is deprecated"):
        router.on_event("shutdown")(lambda: None)
    with TestClient(app):
        assert log == ["started", "late", "async"]
    assert log[3:] == ["router stopped", "stopped"]


def test_unknown_event():
    with pytest.raises(ConfigurationError, match="'start'"):
        APIRouter().add_event_handler("start", print)


async def run_lifespan(app, **scope):
    sent, to_send = [], [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive():
        return to_send.pop(0)

    async def send(message):
        sent.append(message)

    try:
        await app({"type": "lifespan", **scope}, receive, send)
    except Exception as error:  # noqa: BLE001 (it is looked at)
        return sent, error
    return sent, None


@pytest.mark.parametrize("at", ["startup", "shutdown"])
def test_failure_is_told_to_the_server(at):
    @asynccontextmanager
    async def failing(app):
        if at == "startup":
            raise LookupError("no database")
        yield
        raise LookupError("no database")

    sent, error = asyncio.run(run_lifespan(Dovetail(lifespan=failing)))
    assert sent[-1]["type"] == f"lifespan.{at}.failed"
    assert "LookupError: no database" in sent[-1]["message"]
    assert isinstance(error, LookupError)


def test_state_needs_a_server_that_supports_it():
    app = Dovetail(lifespan=recording([], "app"))
    sent, error = asyncio.run(run_lifespan(app))
    assert sent[0]["type"] == "lifespan.startup.failed"
    assert "state" in str(error)
    state = {}
    sent, error = asyncio.run(run_lifespan(app, state=state))
    assert error is None
    assert state == {"name": "app", "app": True}
