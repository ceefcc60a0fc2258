"""Fixtures of all tests of the core."""

import pytest

import dovetail.routing
from dovetail import Dovetail

# A plan as an ASGI application, a plan as a handler of requests, the plain interpreter.
EXECUTORS = ("plan", "handler", "reference")


@pytest.fixture(params=EXECUTORS)
def executor(request, monkeypatch):
    """Run the test by each way in which an operation can be carried out.

    Operations are compiled at their first request, so applications have to be made in the test.
    """
    monkeypatch.setenv("DOVETAIL_EXECUTOR", request.param)
    if request.param == "handler":
        # As plug-ins do, which makes every route take the way through a handler.
        make = dovetail.routing.get_request_handler
        monkeypatch.setattr(
            dovetail.routing, "get_request_handler", lambda **options: make(**options)
        )
    return request.param


@pytest.fixture
def app():
    """Return an empty application."""
    return Dovetail()
