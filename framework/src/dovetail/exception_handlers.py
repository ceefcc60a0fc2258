"""The handlers an application has for errors unless it is given others."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.websockets import WebSocket

from dovetail.encoders import finite, jsonable_encoder
from dovetail.exceptions import RequestValidationError, WebSocketRequestValidationError
from dovetail.utils import is_body_allowed_for_status_code


async def http_exception_handler(request: Request, exc: HTTPException) -> Response:
    """Answer with the status and headers of `exc`, and `{"detail": …}` where a body may be."""
    if not is_body_allowed_for_status_code(exc.status_code):
        return Response(status_code=exc.status_code, headers=exc.headers)
    return JSONResponse({"detail": exc.detail}, status_code=exc.status_code, headers=exc.headers)


async def request_validation_exception_handler(
    request: Request, exc: RequestValidationError
) -> JSONResponse:
    """Answer with status 422 and the list of errors as `detail`, null for NaN in the input."""
    return JSONResponse({"detail": finite(jsonable_encoder(exc.errors()))}, status_code=422)


async def websocket_request_validation_exception_handler(
    websocket: WebSocket, exc: WebSocketRequestValidationError
) -> None:
    """Close the connection with code 1008 and the errors as the reason."""
    await websocket.close(code=WS_1008_POLICY_VIOLATION, reason=str(jsonable_encoder(exc.errors())))
