"""Fixtures of all tests of the core."""

import pytest

from dovetail import Dovetail

EXECUTORS = ("plan", "reference")


@pytest.fixture(params=EXECUTORS)
def executor(request, monkeypatch):
    """Run the test by compiled plans, and again by the plain interpreter.

    Operations are compiled at their first request, so applications have to be made in the test.
    """
    monkeypatch.setenv("DOVETAIL_EXECUTOR", request.param)
    return request.param


@pytest.fixture
def app():
    """Return an empty application."""
    return Dovetail()
