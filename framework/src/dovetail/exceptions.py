"""Everything the framework raises.

DovetailError
├── ConfigurationError (also an AssertionError)   a mistake in how the application is declared
│   └── DependencyScopeError
└── PydanticV1NotSupportedError
ValidationException
├── RequestValidationError            answered with 422
├── WebSocketRequestValidationError   closes the connection with 1008
└── ResponseValidationError           a server error
HTTPException                         answered with its status code
WebSocketException                    closes the connection with its code
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypedDict

from annotated_doc import Doc
from pydantic import BaseModel, create_model
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.exceptions import WebSocketException as StarletteWebSocketException


class EndpointContext(TypedDict, total=False):
    """Where the path operation function behind an error is defined."""

    function: str
    path: str
    file: str
    line: int


class HTTPException(StarletteHTTPException):
    """Ends the request with an error response.

    ```python
    @app.get("/items/{item_id}")
    async def read_item(item_id: str) -> Item:
        if item_id not in items:
            raise HTTPException(404, detail="No such item")
        return items[item_id]
    ```
    """

    def __init__(
        self,
        status_code: Annotated[int, Doc("Status code of the response (RFC 9110, section 15).")],
        detail: Annotated[
            Any, Doc("Any JSON value, sent as `detail`. Default: the phrase of the status code.")
        ] = None,
        headers: Annotated[
            Mapping[str, str] | None, Doc("Further headers of the response.")
        ] = None,
    ) -> None:
        super().__init__(status_code=status_code, detail=detail, headers=headers)


class WebSocketException(StarletteWebSocketException):
    """Closes the WebSocket connection with a code and a reason.

    Raised before the connection is accepted, the handshake is refused with status 403.
    """

    def __init__(
        self,
        code: Annotated[int, Doc("Close code (RFC 6455, section 7.4.1).")],
        reason: Annotated[
            str | None, Doc("Why, as UTF-8 text of at most 123 bytes. Default: none.")
        ] = None,
    ) -> None:
        super().__init__(code=code, reason=reason)


# Names of the two models show up in the OpenAPI documents of applications that use them.
RequestErrorModel: type[BaseModel] = create_model("Request")
WebSocketErrorModel: type[BaseModel] = create_model("WebSocket")


class DovetailError(RuntimeError):
    """Base of the errors that are about the framework itself, not about a request."""


class ConfigurationError(DovetailError, AssertionError):
    """The application is declared in a way that cannot work; raised where it is declared.

    It is also an `AssertionError`, which is what applications written for FastAPI expect, and
    unlike an `assert` it is raised under `python -O` too.
    """


class DependencyScopeError(ConfigurationError):
    """A dependency needs another one that ends earlier than itself."""


class PydanticV1NotSupportedError(DovetailError):
    """A model of `pydantic.v1` was used where a Pydantic 2 model is needed."""


class ValidationException(Exception):
    """Data did not pass validation.

    Args:
        errors: one mapping per error, as Pydantic gives them (`type`, `loc`, `msg`, `input`…).
        endpoint_ctx: where the path operation function is defined; shown in the message.
    """

    def __init__(
        self, errors: Sequence[Any], *, endpoint_ctx: EndpointContext | None = None
    ) -> None:
        super().__init__()
        self._errors = errors
        self.endpoint_ctx = endpoint_ctx
        where = endpoint_ctx or {}
        self.endpoint_function = where.get("function")
        self.endpoint_path = where.get("path")
        self.endpoint_file = where.get("file")
        self.endpoint_line = where.get("line")

    def errors(self) -> Sequence[Any]:
        """Give the errors, each with its `loc`, `msg` and `type`."""
        return self._errors

    def __str__(self) -> str:
        count = len(self._errors)
        lines = [f"{count} validation error{'' if count == 1 else 's'}:"]
        lines += [f"  {error}" for error in self._errors]
        return "\n".join(lines + self._location()).rstrip()

    def _location(self) -> list[str]:
        if self.endpoint_file and self.endpoint_line and self.endpoint_function:
            source = f'  File "{self.endpoint_file}", line {self.endpoint_line}'
            lines = [f"{source}, in {self.endpoint_function}"]
            return [*lines, f"    {self.endpoint_path}"] if self.endpoint_path else lines
        return [f"  Endpoint: {self.endpoint_path}"] if self.endpoint_path else []


class RequestValidationError(ValidationException):
    """A request did not pass validation; answered with 422 unless a handler says otherwise.

    Args:
        errors: see `ValidationException`.
        body: the body as it was received, for handlers that want to show it.
        endpoint_ctx: see `ValidationException`.
    """

    def __init__(
        self,
        errors: Sequence[Any],
        *,
        body: Any = None,
        endpoint_ctx: EndpointContext | None = None,
    ) -> None:
        super().__init__(errors, endpoint_ctx=endpoint_ctx)
        self.body = body


class WebSocketRequestValidationError(ValidationException):
    """A WebSocket's parameters did not pass validation; closes the connection with 1008."""


class ResponseValidationError(ValidationException):
    """What a path operation returned does not fit its response model; a server error.

    Args:
        errors: see `ValidationException`.
        body: what was returned.
        endpoint_ctx: see `ValidationException`.
    """

    def __init__(
        self,
        errors: Sequence[Any],
        *,
        body: Any = None,
        endpoint_ctx: EndpointContext | None = None,
    ) -> None:
        super().__init__(errors, endpoint_ctx=endpoint_ctx)
        self.body = body


class DovetailDeprecationWarning(UserWarning):
    """Something is going to be removed; a `UserWarning`, so that it is shown by default."""


FastAPIError = DovetailError
FastAPIDeprecationWarning = DovetailDeprecationWarning
