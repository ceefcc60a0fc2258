"""The layers around the router: errors, body limit, middleware."""

from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dovetail._starlette import is_instrumented
from dovetail.middleware.errors import ServerErrors
from dovetail.routing.body_limit import AppBodyLimit
from dovetail.routing.router import APIRouter
from dovetail.routing.scope import RESPONSE_STARTED

if TYPE_CHECKING:
    from dovetail.applications import Dovetail

HANDLERS = "starlette.exception_handlers"
_ERROR = "dovetail.error"


def build_stack(app: "Dovetail") -> ASGIApp:
    """Give the whole application: layered, or flat if nothing but the router is needed.

    From the outside in: server errors, body limit, the user's middleware, handled errors, router.
    """
    layered = _layered(app, app.router)
    router_replaced = type(app.router).__call__ is not APIRouter.__call__ or (
        type(app.router).app is not APIRouter.app
    )
    plain = (
        not app.user_middleware
        and app.max_body_size is None
        and app.router.max_body_size is None
        and not router_replaced
        and not is_instrumented()
    )
    return FlatStack(app, layered) if plain else layered


def _layered(app: "Dovetail", inner: ASGIApp) -> ASGIApp:
    server_error_handler: Any = None
    handlers: dict[Any, Any] = {}
    for key, handler in app.exception_handlers.items():
        if key in (500, Exception):
            server_error_handler = handler
        else:
            handlers[key] = handler
    cors = [item for item in app.user_middleware if _is_cors(item)]
    layers = [
        Middleware(
            ServerErrors, handler=server_error_handler, debug=app.debug, response_middleware=cors
        ),
        Middleware(AppBodyLimit, max_body_size=app.max_body_size),
        *app.user_middleware,
        Middleware(ExceptionMiddleware, handlers=handlers, debug=app.debug),
    ]
    stack = inner
    for cls, args, kwargs in reversed(layers):
        stack = cls(stack, *args, **kwargs)
    return stack


def _is_cors(middleware: Middleware) -> bool:
    return isinstance(middleware.cls, type) and issubclass(middleware.cls, CORSMiddleware)


class FlatStack:
    """An application without middleware: requests go from the application to their plan.

    Plans hand exceptions to the handlers by themselves; what they let through goes through the
    same layers as everywhere else, which then have nothing else to do.

    Args:
        app: the application.
        layered: the same with all layers, for what is not HTTP.
    """

    __slots__ = ("_dispatch", "_failing", "_handlers", "_layered")

    def __init__(self, app: "Dovetail", layered: ASGIApp) -> None:
        self._dispatch = app.router._dispatcher.select
        self._layered = layered
        self._failing = _layered(app, _raise_again)
        self._handlers = _exception_handlers(layered)

    def select(self, scope: Scope) -> ASGIApp:
        """Give what answers an HTTP request."""
        scope[HANDLERS] = self._handlers
        return self._dispatch(scope)

    async def fail(
        self, error: Exception, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let the layers handle an error that has come out of `select` or what it gave.

        Raises:
            Exception: the error, if it is a server error, after the response.
        """
        scope[_ERROR] = error
        if scope.pop(RESPONSE_STARTED, False):
            send = _Discarding(send)
        await self._failing(scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._layered(scope, receive, send)


def _exception_handlers(stack: Any) -> tuple[Any, Any]:
    while not isinstance(stack, ExceptionMiddleware):
        stack = stack.app
    return stack._exception_handlers, stack._status_handlers


async def _raise_again(scope: Scope, receive: Receive, send: Send) -> None:
    raise scope.pop(_ERROR)


class _Discarding:
    """Takes the place of `send` when the response has begun before the error."""

    def __init__(self, send: Send) -> None:
        self.send = send

    async def __call__(self, message: Message) -> None:
        """Drop the message: the client has the beginning of another response."""


