"""Puts the application together."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from anyio import to_thread

from app.core.access_log import AccessLog
from app.core.api import API_PREFIX
from app.core.compressed import CompressedFiles
from app.core.database import database, database_url
from app.core.errors import add_error_handlers
from app.core.features import feature_modules
from app.core.headers import SecurityHeaders
from app.core.logging import configure_logging
from app.core.migrate import upgrade
from app.core.settings import Settings, get_settings
from dovetail import APIRouter, Dovetail, HTTPException
from dovetail.middleware.cors import CORSMiddleware
from dovetail.routing import APIRoute

_DOCS = ("/docs", "/redoc", "/docs/oauth2-redirect")


@asynccontextmanager
async def _lifespan(_: Dovetail) -> AsyncIterator[None]:
    """Migrate, open the pool, let features prepare; close the pool at the end."""
    settings = get_settings()
    url = await to_thread.run_sync(database_url)
    if settings.migrate_on_start:
        await to_thread.run_sync(upgrade, url)
    await database.open(url, settings)
    try:
        for module in feature_modules("startup"):
            await module.on_startup()
        # PERF: what was made until now stays; without it each full collection looks at all of it.
        gc.freeze()
        yield
    finally:
        await database.close()


def _operation_id(route: APIRoute) -> str:
    """``<feature>_<function>``: names the function in the generated client."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def create_app() -> Dovetail:
    """The application, with all features that are there, and the frontend if it is built.

    Raises:
        SettingsError: The settings do not allow a start.
    """
    settings = get_settings()
    configure_logging(settings)
    feature_modules("models")  # all tables are known before the first query
    app = Dovetail(
        title=settings.project_name,
        version="0.1.0",
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
        swagger_ui_parameters={"persistAuthorization": False},
    )
    add_error_handlers(app)
    app.include_router(_api())
    if settings.frontend_directory.is_dir():
        app.get("/api/{path:path}", include_in_schema=False)(_nothing)
        app.frontend("/", directory=settings.frontend_directory, fallback="index.html")
    _add_middleware(app, settings)
    return app


async def _nothing() -> None:
    """Below /api no path is a page of the frontend's router."""
    raise HTTPException(HTTPStatus.NOT_FOUND)


def _api() -> APIRouter:
    api = APIRouter(prefix=API_PREFIX)
    for module in feature_modules("endpoints"):
        api.include_router(module.router)
    return api


def _add_middleware(app: Dovetail, settings: Settings) -> None:
    """The last one added is the outermost: what is outside also sees an error's response."""
    if settings.frontend_directory.is_dir():
        app.add_middleware(CompressedFiles, directory=settings.frontend_directory)
    app.add_middleware(AccessLog)
    if settings.frontend_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.frontend_origins,
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type"],
        )
    app.add_middleware(
        SecurityHeaders,
        frontend=settings.frontend_directory,
        docs=_DOCS,
        https=settings.public_url.startswith("https:"),
    )
