"""The layers around the router: errors, body limit, middleware."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from dovetail._starlette import is_instrumented
from dovetail.middleware.errors import ServerErrors
from dovetail.middleware.handled import HandledErrors
from dovetail.routing.body_limit import limited
from dovetail.routing.router import APIRouter
from dovetail.routing.scope import RESPONSE_STARTED

if TYPE_CHECKING:
    from dovetail.applications import Dovetail


def build_stack(app: "Dovetail") -> ASGIApp:
    """Give the whole application: layered, or flat if there is nothing but the router.

    From the outside in: server errors, body limit, the user's middleware, handled errors, router.
    """
    server_error_handler, handlers = _sorted_handlers(app)
    inner = _innermost(app, handlers)
    layers = inner
    for cls, args, kwargs in reversed(app.user_middleware):
        layers = cls(layers, *args, **kwargs)
    errors = ServerErrors(
        limited(layers, app.max_body_size),
        handler=server_error_handler,
        debug=app.debug,
        response_middleware=[item for item in app.user_middleware if _is_cors(item)],
    )
    if errors.app is inner and isinstance(inner, HandledErrors) and inner.select is not None:
        return FlatStack(errors, inner, inner.select)
    return errors


def _sorted_handlers(app: "Dovetail") -> tuple[Any, dict[Any, Any]]:
    """Give the handler of server errors, and the others."""
    server_error_handler: Any = None
    handlers: dict[Any, Any] = {}
    for key, handler in app.exception_handlers.items():
        if key in (500, Exception):
            server_error_handler = handler
        else:
            handlers[key] = handler
    return server_error_handler, handlers


def _innermost(app: "Dovetail", handlers: dict[Any, Any]) -> ASGIApp:
    router = app.router
    if is_instrumented():
        # As Starlette makes it, since error trackers step in where a `Middleware` is made.
        cls, args, kwargs = Middleware(ExceptionMiddleware, handlers=handlers, debug=app.debug)
        stack: ASGIApp = cls(router, *args, **kwargs)
        return stack
    plain = (
        type(router).__call__ is APIRouter.__call__
        and type(router).app is APIRouter.app
        and "app" not in vars(router)
        and router.max_body_size is None
    )
    select = router._dispatcher.select if plain else None
    return HandledErrors(router, handlers=handlers, debug=app.debug, select=select)


def _is_cors(middleware: Middleware) -> bool:
    return isinstance(middleware.cls, type) and issubclass(middleware.cls, CORSMiddleware)


class FlatStack:
    """An application without middleware: requests go from the application to their plan.

    Args:
        errors: the layer of server errors, around all others.
        handled: the layer of handled errors.
        select: gives what answers a connection.
    """

    __slots__ = ("_errors", "_handled", "found", "select")

    def __init__(
        self, errors: ServerErrors, handled: HandledErrors, select: Callable[[Scope], ASGIApp]
    ) -> None:
        self._errors = errors
        self._handled = handled
        self.found = handled.found
        self.select = select

    async def fail(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the layers answer an error that has come out of what answers the request.

        Raises:
            Exception: the error, if it is a server error, after the response to a request.
        """
        started = scope.get(RESPONSE_STARTED, False)
        try:
            await self._handled.handle(error, scope, receive, send)
        except Exception as unhandled:
            if scope["type"] == "websocket":
                raise
            await self._errors.answer(unhandled, started, scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._errors(scope, receive, send)
