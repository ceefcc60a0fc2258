"""Errors that the API answers with: one class each, which also writes its OpenAPI schema."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Literal, Union, cast

import psycopg
import sqlalchemy.exc
from pydantic import BaseModel, create_model
from sqlalchemy.exc import TimeoutError as PoolFull
from starlette.exceptions import HTTPException

from dovetail import Dovetail
from dovetail.exceptions import RequestValidationError
from dovetail.requests import Request
from dovetail.responses import JSONResponse, Response

_log = logging.getLogger(__name__)


class ErrorBody(BaseModel):
    """The body of every error but 422: ``detail`` for people, ``code`` for programs."""

    detail: str
    code: str


class AppError(Exception):
    """Base of the errors that features raise; a subclass sets the class variables.

    Attributes:
        status_code: HTTP status of the response.
        code: Stable name of the error, for programs.
        detail: What went wrong, for people.
        keeps_changes: Commit what the request has changed, although it fails.
    """

    status_code: ClassVar[int] = HTTPStatus.BAD_REQUEST
    code: ClassVar[str] = "bad_request"
    detail: ClassVar[str] = "The request cannot be fulfilled."
    keeps_changes: ClassVar[bool] = False

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self.headers = headers
        super().__init__(self.detail)

    @classmethod
    def body_model(cls) -> type[BaseModel]:
        """The model of this error's body, with its ``code`` as a constant."""
        return create_model(
            cls.__name__,
            __doc__=cls.detail,
            detail=(str, ...),
            code=(cast("type[str]", Literal[cls.code]), ...),
        )


def errors(*kinds: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a path operation that may raise these errors."""
    by_status: dict[int | str, list[type[AppError]]] = {}
    for kind in kinds:
        by_status.setdefault(int(kind.status_code), []).append(kind)
    return {
        status: {
            "model": Union[tuple(kind.body_model() for kind in group)],  # noqa: UP007
            "description": " ".join(dict.fromkeys(kind.detail for kind in group)),
        }
        for status, group in by_status.items()
    }


def error_response(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The response for an error."""
    return JSONResponse({"detail": detail, "code": code}, status_code=status, headers=headers)


def internal_error() -> JSONResponse:
    """The response for an error that nobody foresaw; what it was is for the log only."""
    return error_response(500, "internal_error", "Something went wrong on the server.")


async def _on_app_error(_: Request, error: AppError) -> Response:
    return error_response(error.status_code, error.code, error.detail, error.headers)


async def _on_http_exception(_: Request, error: HTTPException) -> Response:
    headers = error.headers
    if error.status_code in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
        return Response(status_code=error.status_code, headers=headers)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_").replace("-", "_")
    return error_response(error.status_code, code, str(error.detail), headers)


async def _on_invalid_request(_: Request, error: RequestValidationError) -> Response:
    """422 with the place of each problem, without the input: it may hold a password."""
    problems = [
        {"loc": problem["loc"], "msg": problem["msg"], "type": problem["type"]}
        for problem in error.errors()
    ]
    return JSONResponse({"detail": problems}, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)


async def _on_no_database(_: Request, error: Exception) -> Response:
    """The database is away, or busy to the last connection: worth trying again soon."""
    _log.error("the database cannot be used: %s", error)
    detail = "The database cannot be reached: try again soon."
    return error_response(503, "database_unavailable", detail, {"Retry-After": "5"})


def add_error_handlers(app: Dovetail) -> None:
    """Register the handlers that turn exceptions into responses."""
    app.exception_handler(AppError)(_on_app_error)
    app.exception_handler(HTTPException)(_on_http_exception)
    app.exception_handler(RequestValidationError)(_on_invalid_request)
    for kind in (psycopg.OperationalError, sqlalchemy.exc.OperationalError, PoolFull):
        app.exception_handler(kind)(_on_no_database)
