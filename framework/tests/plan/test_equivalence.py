"""What a plan does equals what the plain interpreter does, on generated operations."""

import asyncio
import os
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit import answer_of, ask
from tests.plan.generated import Made, operations, requests

from dovetail import Dovetail
from dovetail._plan import compile as compile_module
from dovetail._plan.reference import Interpreter
from dovetail.exceptions import ConfigurationError


async def outcome(made, request):
    """Return all that can be seen of a request: the answer, or the error that left."""
    try:
        answer = await ask(
            made.app, "POST", request["target"], headers=request["headers"], body=request["body"]
        )
    except Exception as error:  # noqa: BLE001 (whatever it is, both have to raise it)
        return type(error).__name__, str(error), made.log
    return answer.status, sorted(answer.headers), answer.body, made.log


def run(executor, operation, drawn):
    with patch.dict(os.environ, {"DOVETAIL_EXECUTOR": executor}):
        made = Made(operation)

        async def all_requests():
            found = []
            for request in drawn:
                made.log = []
                found.append(await outcome(made, request))
            return found

        return asyncio.run(all_requests())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_both_executors_do_the_same(data):
    operation = data.draw(operations())
    try:
        Made(operation)
    except ConfigurationError:
        # A declaration that makes no sense is refused before either comes into play.
        return
    drawn = [data.draw(requests(operation)) for _ in range(3)]
    plan = run("plan", operation, drawn)
    reference = run("reference", operation, drawn)
    for request, by_plan, by_reference in zip(drawn, plan, reference, strict=True):
        assert by_plan == by_reference, request


@pytest.mark.parametrize("executor", ["plan", "reference"])
def test_the_environment_chooses_the_executor(executor, monkeypatch):
    made = []

    class Noted(Interpreter):
        def __init__(self, *arguments):
            made.append(1)
            super().__init__(*arguments)

    monkeypatch.setattr(compile_module, "Interpreter", Noted)
    monkeypatch.setenv("DOVETAIL_EXECUTOR", executor)
    app = Dovetail()

    @app.get("/")
    async def read():
        return 1

    assert answer_of(app, "GET", "/").json() == 1
    assert bool(made) == (executor == "reference")
