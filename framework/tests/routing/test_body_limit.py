"""Errors of the body limit, which may come in groups."""

import pytest
from tests.kit import answer_of

from dovetail import Dovetail
from dovetail._starlette import body_limit_answered, body_too_large
from dovetail.routing.body_limit import limit_error, limited


def test_which_errors_are_the_limiters():
    too_large, answered = body_too_large(), body_limit_answered()
    assert limit_error(too_large) is too_large
    assert limit_error(ValueError()) is None
    assert limit_error(ExceptionGroup("", [too_large])) is too_large
    nested = ExceptionGroup("", [ExceptionGroup("", [too_large]), answered])
    assert limit_error(nested) is answered
    assert limit_error(ExceptionGroup("", [too_large, ValueError()])) is None


@pytest.mark.parametrize("wrap", [lambda error: error, lambda error: ExceptionGroup("", [error])])
def test_too_large_body_is_answered_with_413(wrap):
    async def app(scope, receive, send):
        try:
            await receive()
        except Exception as error:  # noqa: BLE001 (it is wrapped)
            raise wrap(error) from None

    assert answer_of(limited(app, 3), "POST", "/", body=b"1234").status == 413
    assert limited(app, None) is app


def test_other_groups_pass():
    async def app(scope, receive, send):
        raise ExceptionGroup("mine", [ValueError()])

    with pytest.raises(ExceptionGroup, match="mine"):
        answer_of(limited(app, 3), "POST", "/")


def test_begun_response_is_left_to_the_outer_application():
    inner = Dovetail(openapi_url=None)

    @inner.middleware("http")
    async def reading(request, call_next):
        await request.body()
        return await call_next(request)

    outer = Dovetail(openapi_url=None, max_body_size=100)
    outer.mount("/in", inner)
    inner.add_api_route("/", lambda: "ok", methods=["POST"])
    assert answer_of(outer, "POST", "/in/", body=b"x" * 100).json() == "ok"
    assert answer_of(outer, "POST", "/in/", body=b"x" * 101).json() == {
        "detail": "Content Too Large"
    }
