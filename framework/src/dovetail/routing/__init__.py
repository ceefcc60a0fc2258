"""Path operations, routers, and how requests find them.

What is below is the interface; the modules behind it are private.
"""

from starlette.responses import PlainTextResponse as PlainTextResponse
from starlette.routing import BaseRoute as BaseRoute
from starlette.routing import Host as Host
from starlette.routing import Match as Match
from starlette.routing import Mount as Mount
from starlette.routing import NoMatchFound as NoMatchFound
from starlette.routing import Route as Route
from starlette.routing import Router as Router
from starlette.routing import WebSocketRoute as WebSocketRoute

from dovetail._starlette import compile_path as compile_path
from dovetail._starlette import get_name as get_name
from dovetail.routing.contexts import RouteContext as RouteContext
from dovetail.routing.contexts import iter_route_contexts as iter_route_contexts
from dovetail.routing.handlers import get_request_handler as get_request_handler
from dovetail.routing.handlers import get_websocket_app as get_websocket_app
from dovetail.routing.handlers import request_response as request_response
from dovetail.routing.handlers import websocket_session as websocket_session
from dovetail.routing.included import IncludedRouter as _IncludedRouter
from dovetail.routing.included import matched_routes as _iter_included_route_candidates
from dovetail.routing.route import APIRoute as APIRoute
from dovetail.routing.router import APIRouter as APIRouter
from dovetail.routing.scope import effective_route as _effective_route_context_var
from dovetail.routing.scope import restore_framework as _restore_fastapi_scope_key
from dovetail.routing.websocket_route import APIWebSocketRoute as APIWebSocketRoute

__all__ = [
    "APIRoute",
    "APIRouter",
    "APIWebSocketRoute",
    "BaseRoute",
    "Host",
    "Match",
    "Mount",
    "NoMatchFound",
    "PlainTextResponse",
    "Route",
    "RouteContext",
    "Router",
    "WebSocketRoute",
    "_IncludedRouter",
    "_effective_route_context_var",
    "_iter_included_route_candidates",
    "_restore_fastapi_scope_key",
    "compile_path",
    "get_name",
    "get_request_handler",
    "get_websocket_app",
    "iter_route_contexts",
    "request_response",
    "websocket_session",
]
