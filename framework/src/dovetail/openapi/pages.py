"""The routes that serve the document and its pages, scripts and styles included.

`add_documentation(app)` adds them by the application's settings. Nothing on the pages is loaded
from elsewhere, so they work where there is no internet.
"""

from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from dovetail.openapi.assets import Asset, assets
from dovetail.openapi.docs import (
    get_redoc_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)

if TYPE_CHECKING:
    from dovetail.applications import Dovetail

ASSET_FOLDER: Final = "_assets"
_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


def add_documentation(app: "Dovetail") -> None:
    """Add the document at `app.openapi_url`, and its pages at `app.docs_url` and `app.redoc_url`.

    Each is left out if its URL is None, and all if there is no document.
    """
    if not app.openapi_url:
        return
    _add_document(app, app.openapi_url)
    if app.docs_url:
        _add_swagger_ui(app, app.docs_url, app.openapi_url)
    if app.redoc_url:
        _add_redoc(app, app.redoc_url, app.openapi_url)


def _add_document(app: "Dovetail", url: str) -> None:
    async def openapi(request: Request) -> JSONResponse:
        return JSONResponse(_with_root_server(app, _root_path(request)))

    app.add_route(url, openapi, include_in_schema=False)


def _with_root_server(app: "Dovetail", root_path: str) -> dict[str, Any]:
    """Return the document, with the path that a proxy strips as its first server.

    The document itself stays as it is, since the next request may come another way.
    """
    document: dict[str, Any] = app.openapi()
    servers: list[dict[str, Any]] = document.get("servers", [])
    if not root_path or not app.root_path_in_servers:
        return document
    if any(server.get("url") == root_path for server in servers):
        return document
    return {**document, "servers": [{"url": root_path}, *servers]}


def _add_swagger_ui(app: "Dovetail", url: str, openapi_url: str) -> None:
    redirect_url = app.swagger_ui_oauth2_redirect_url

    async def swagger_ui_html(request: Request) -> Response:
        root = _root_path(request)
        return get_swagger_ui_html(
            openapi_url=root + openapi_url,
            title=f"{app.title} - Swagger UI",
            oauth2_redirect_url=redirect_url and root + redirect_url,
            init_oauth=app.swagger_ui_init_oauth,
            swagger_ui_parameters=app.swagger_ui_parameters,
            **_own_urls(
                root + url,
                swagger_js_url="swagger-ui-bundle.js",
                swagger_css_url="swagger-ui.css",
            ),
        )

    app.add_route(url, swagger_ui_html, include_in_schema=False)
    if redirect_url:

        async def swagger_ui_redirect(request: Request) -> Response:
            return get_swagger_ui_oauth2_redirect_html()

        app.add_route(redirect_url, swagger_ui_redirect, include_in_schema=False)
    _add_assets(app, url, "swagger-ui-bundle.js", "swagger-ui.css")


def _add_redoc(app: "Dovetail", url: str, openapi_url: str) -> None:
    async def redoc_html(request: Request) -> Response:
        root = _root_path(request)
        own = _own_urls(root + url, redoc_js_url="redoc.standalone.js")
        return get_redoc_html(
            openapi_url=root + openapi_url,
            title=f"{app.title} - ReDoc",
            with_google_fonts=not own,
            **own,
        )

    app.add_route(url, redoc_html, include_in_schema=False)
    _add_assets(app, url, "redoc.standalone.js")


def _own_urls(page_url: str, **names: str) -> dict[str, Any]:
    """Return the URLs of the named assets by keyword; without assets, none: the defaults count."""
    own = assets()
    if not own:
        return {}
    folder = _asset_folder(page_url)
    return {keyword: f"{folder}/{own[name].path}" for keyword, name in names.items()}


def _asset_folder(page_url: str) -> str:
    return f"{page_url.rstrip('/')}/{ASSET_FOLDER}"


def _add_assets(app: "Dovetail", page_url: str, *names: str) -> None:
    served: dict[str, Asset] = {}
    for name in names:
        if name in assets():
            served[assets()[name].path] = assets()[name]
    if not served:
        return

    async def documentation_asset(request: Request) -> Response:
        asset = served.get(request.path_params["path"])
        if asset is None:
            raise HTTPException(404)
        return FileResponse(asset.file, media_type=asset.media_type, headers=_FOREVER)

    path = f"{_asset_folder(page_url)}/{{path:path}}"
    app.add_route(path, documentation_asset, include_in_schema=False)


def _root_path(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root.rstrip("/")
