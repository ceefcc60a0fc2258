"""The names that applications import. A change here is a change of the interface."""

import importlib
import types

import pytest

EXPORTED = {
    "dovetail": """
        APIRouter BackgroundTasks Body Cookie Depends Dovetail FastAPI File Form HTTPException
        Header Path Query Request Response Security UploadFile WebSocket WebSocketDisconnect
        WebSocketException status
    """,
    "dovetail.middleware": "Middleware",
    "dovetail.middleware.cors": "CORSMiddleware",
    "dovetail.middleware.gzip": "GZipMiddleware",
    "dovetail.middleware.httpsredirect": "HTTPSRedirectMiddleware",
    "dovetail.middleware.trustedhost": "TrustedHostMiddleware",
    "dovetail.requests": "HTTPConnection Request",
    "dovetail.security": """
        APIKeyCookie APIKeyHeader APIKeyQuery HTTPAuthorizationCredentials HTTPBasic
        HTTPBasicCredentials HTTPBearer HTTPDigest OAuth2 OAuth2AuthorizationCodeBearer
        OAuth2PasswordBearer OAuth2PasswordRequestForm OAuth2PasswordRequestFormStrict
        OpenIdConnect SecurityScopes
    """,
    "dovetail.staticfiles": "StaticFiles",
    "dovetail.templating": "Jinja2Templates",
    "dovetail.testclient": "TestClient",
    "dovetail.websockets": "WebSocket WebSocketDisconnect WebSocketState",
}

# These import helpers too, so only what has to be there is named.
HELD = {
    "dovetail.applications": "Dovetail FastAPI",
    "dovetail.background": "BackgroundTask BackgroundTasks",
    "dovetail.concurrency": """
        asynccontextmanager contextmanager_in_threadpool iterate_in_threadpool run_in_threadpool
        run_until_first_complete
    """,
    "dovetail.datastructures": """
        Address Default DefaultPlaceholder FormData Headers QueryParams State URL UploadFile
    """,
    "dovetail.dependencies.models": "Dependant",
    "dovetail.dependencies.utils": """
        get_body_field get_dependant get_flat_params get_parameterless_sub_dependant
        get_typed_annotation get_typed_return_annotation get_typed_signature solve_dependencies
    """,
    "dovetail.encoders": "ENCODERS_BY_TYPE jsonable_encoder",
    "dovetail.exception_handlers": """
        http_exception_handler request_validation_exception_handler
        websocket_request_validation_exception_handler
    """,
    "dovetail.exceptions": """
        ConfigurationError DependencyScopeError DovetailError EndpointContext FastAPIError
        FastAPIDeprecationWarning HTTPException PydanticV1NotSupportedError
        RequestErrorModel RequestValidationError ResponseValidationError ValidationException
        WebSocketErrorModel WebSocketException WebSocketRequestValidationError
    """,
    "dovetail.logger": "logger",
    "dovetail.openapi.docs": """
        get_redoc_html get_swagger_ui_html get_swagger_ui_oauth2_redirect_html
        swagger_ui_default_parameters
    """,
    "dovetail.openapi.constants": "METHODS_WITH_BODY REF_PREFIX REF_TEMPLATE",
    "dovetail.openapi.models": "Example OpenAPI OAuth2 OAuthFlows SecurityScheme",
    "dovetail.openapi.utils": "get_openapi",
    "dovetail.param_functions": "Body Cookie Depends File Form Header Path Query Security",
    "dovetail.params": "Body Cookie Depends File Form Header Param ParamTypes Path Query Security",
    "dovetail.responses": """
        EventSourceResponse FileResponse HTMLResponse JSONResponse ORJSONResponse
        PlainTextResponse RedirectResponse Response StreamingResponse UJSONResponse
    """,
    "dovetail.routing": """
        APIRoute APIRouter APIWebSocketRoute Mount get_request_handler get_websocket_app
        iter_route_contexts request_response websocket_session
    """,
    "dovetail.security.base": "SecurityBase",
    "dovetail.security.utils": "get_authorization_scheme_param",
    "dovetail.sse": "EventSourceResponse ServerSentEvent format_sse_event",
    "dovetail.types": "DecoratedCallable IncEx",
    "dovetail.utils": "generate_unique_id is_body_allowed_for_status_code",
}


def public_names(module):
    """Return the names without underscore, submodules left out."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not (
            isinstance(value, types.ModuleType) and value.__name__ == f"{module.__name__}.{name}"
        )
    }


@pytest.mark.parametrize("name", EXPORTED)
def test_what_is_exported(name):
    assert public_names(importlib.import_module(name)) == set(EXPORTED[name].split())


@pytest.mark.parametrize("name", HELD)
def test_what_is_held(name):
    module = importlib.import_module(name)
    missing = {wanted for wanted in HELD[name].split() if not hasattr(module, wanted)}
    assert not missing


def test_names_that_mean_the_same():
    import dovetail
    from dovetail import exceptions

    assert dovetail.FastAPI is dovetail.Dovetail
    assert exceptions.FastAPIError is exceptions.DovetailError
    assert issubclass(exceptions.ConfigurationError, AssertionError)
    assert issubclass(exceptions.ConfigurationError, exceptions.DovetailError)


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    import dovetail

    assert dovetail.__version__ == version("dovetail")
