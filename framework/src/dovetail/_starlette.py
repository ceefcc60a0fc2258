"""Everything that is taken from Starlette beside its documented interface.

No other module imports a private name of Starlette, so that a new release of it is checked here.
"""

from starlette._exception_handler import (
    wrap_app_handling_exceptions as wrap_app_handling_exceptions,
)
from starlette._utils import get_route_path as get_route_path
from starlette._utils import is_async_callable as is_async_callable
from starlette.applications import Starlette
from starlette.convertors import CONVERTOR_TYPES as CONVERTOR_TYPES
from starlette.convertors import Convertor as Convertor
from starlette.convertors import StringConvertor as StringConvertor
from starlette.middleware import body_limit
from starlette.middleware.base import _CachedRequest, _StreamingResponse
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY as MAX_BODY_SIZE_SCOPE_KEY
from starlette.middleware.body_limit import (
    RequestBodyLimitMiddleware as RequestBodyLimitMiddleware,
)
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import compile_path as compile_path
from starlette.routing import get_name as get_name
from starlette.routing import replace_params as replace_params

# What `BaseHTTPMiddleware` gives to `dispatch`, and gets from `call_next`.
CachedRequest = _CachedRequest
StreamedResponse = _StreamingResponse

# Raised inside `RequestBodyLimitMiddleware`: the body is too large; the 413 has been sent already.
body_too_large: type[Exception] = body_limit._RequestBodyTooLarge
body_limit_answered: type[Exception] = body_limit._RequestBodyLimitResponseSent


def is_instrumented() -> bool:
    """Say whether somebody has replaced the entry points of Starlette, as error trackers do."""
    entry_points = (Starlette.__call__, ExceptionMiddleware.__call__, ExceptionMiddleware.__init__)
    return any(not str(function.__module__).startswith("starlette.") for function in entry_points)
