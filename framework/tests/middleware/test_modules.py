"""The middleware that comes from Starlette, and the exit stack."""

import asyncio
import importlib

import pytest
from tests.kit import http_scope

from dovetail.middleware import Middleware
from dovetail.middleware.asyncexitstack import AsyncExitStackMiddleware


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("cors", "CORSMiddleware"),
        ("gzip", "GZipMiddleware"),
        ("httpsredirect", "HTTPSRedirectMiddleware"),
        ("trustedhost", "TrustedHostMiddleware"),
    ],
)
def test_middleware_of_starlette(module, name):
    ours = importlib.import_module(f"dovetail.middleware.{module}")
    theirs = importlib.import_module(f"starlette.middleware.{module}")
    assert getattr(ours, name) is getattr(theirs, name)


def test_exit_stack_is_closed_after_the_application():
    events = []

    async def app(scope, receive, send):
        scope["stack"].callback(events.append, "closed")
        events.append("answered")

    wrapped = Middleware(AsyncExitStackMiddleware, context_name="stack")
    asyncio.run(wrapped.cls(app, **wrapped.kwargs)(http_scope("GET", "/"), None, None))
    assert events == ["answered", "closed"]
