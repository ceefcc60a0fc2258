"""The files of a browser application, with a fallback for the paths it routes itself."""

import os
import stat
import warnings
from pathlib import Path
from typing import Literal, get_args

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from dovetail.exceptions import ConfigurationError

Fallback = Literal["auto", "index.html", "404.html"] | None
CheckDir = bool | Literal["auto"]

_ENVIRONMENT = ("DOVETAIL_ENV", "FASTAPI_ENV")
_PAGES = ("index.html", "404.html")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")


class FrontendFiles(StaticFiles):
    """Serves the files of a directory; what is not there, by the fallback.

    Args:
        directory: where the built application is.
        fallback: what answers for paths without a file. "index.html": that page, for requests
            of a browser that wants a page; "404.html": that page with status 404; "auto": the
            404 page if there is one, else the index page; `None`: a plain 404.
        check_dir: fail now if something is missing. "auto": in development (`DOVETAIL_ENV` is
            `development`) only warn, since the build may follow.
        stacklevel: of the warning.

    Raises:
        ConfigurationError: `fallback` is none of these.
        RuntimeError: the directory, or the fallback's page, does not exist.
    """

    def __init__(
        self,
        *,
        directory: str | os.PathLike[str],
        fallback: Fallback,
        check_dir: CheckDir,
        stacklevel: int = 2,
    ) -> None:
        if fallback is not None and fallback not in get_args(get_args(Fallback)[0]):
            raise ConfigurationError("fallback must be 'auto', 'index.html', '404.html', or None")
        self.given = directory
        self.fallback = fallback
        super().__init__(directory=directory, html=True, check_dir=False)
        if check_dir is False:
            return
        if check_dir == "auto" and _in_development():
            if not Path(directory).is_dir():
                warnings.warn(self._missing_directory(), stacklevel=stacklevel + 1)
            return
        self._check()
        self.config_checked = True

    def _check(self) -> None:
        if not Path(self.given).is_dir():
            raise RuntimeError(self._missing_directory())
        if self.fallback in _PAGES and not Path(self.given, str(self.fallback)).is_file():
            raise RuntimeError(self._missing_fallback())

    def _absolute(self) -> Path:
        return Path(self.given).resolve()

    def _missing_directory(self) -> str:
        return (
            f"Frontend directory {str(self.given)!r} does not exist. "
            f"Resolved absolute path: {str(self._absolute())!r}"
        )

    def _missing_fallback(self) -> str:
        return (
            f"The fallback {self.fallback!r} does not exist in the frontend directory "
            f"{str(self.given)!r}. Resolved absolute path: {str(self._absolute())!r}"
        )

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Give the response for `path`, which is relative to the frontend.

        Raises:
            HTTPException: 404 or 405.
            RuntimeError: the directory, or the fallback's page, does not exist.
        """
        if not self.config_checked:
            await anyio.to_thread.run_sync(self._check_directory)
            self.config_checked = True
        path = _normal(path)
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(status_code=await self._refusal(path))
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            return await self._fall_back(scope)
        # Starlette's own way to use a page for what is not found.
        return response if response.status_code != 404 else await self._fall_back(scope)

    def _check_directory(self) -> None:
        if not Path(self.given).is_dir():
            raise RuntimeError(self._missing_directory())

    async def _refusal(self, path: str) -> int:
        """Give the status for other methods: 405 where there is something to get, else 404."""
        for candidate in (path, f"{path}{os.sep}index.html"):
            if await self._file(candidate) is not None:
                return 405
        return 404

    async def _file(self, path: str) -> tuple[str, os.stat_result] | None:
        try:
            full_path, found = await anyio.to_thread.run_sync(self.lookup_path, path)
        except (ValueError, OSError):
            return None
        if found is None or not stat.S_ISREG(found.st_mode):
            return None
        return full_path, found

    async def _fall_back(self, scope: Scope) -> Response:
        if self.fallback in ("auto", "404.html"):
            page = await self._file("404.html")
            if page is not None:
                return FileResponse(page[0], stat_result=page[1], status_code=404)
            if self.fallback == "404.html":
                raise RuntimeError(self._missing_fallback())
        if self.fallback is not None and wants_page(Headers(scope=scope).get("accept", "")):
            page = await self._file("index.html")
            if page is not None:
                return self.file_response(page[0], page[1], scope)
            if self.fallback == "index.html":
                raise RuntimeError(self._missing_fallback())
        raise HTTPException(status_code=404)


def _normal(path: str) -> str:
    """Give a path of the file system without `..`; a backslash is never a separator in URLs."""
    if "\\" in path:
        return "\0"
    return os.path.normpath(path.lstrip("/").replace("/", os.sep))


def _in_development() -> bool:
    return any(os.environ.get(name) == "development" for name in _ENVIRONMENT)


def wants_page(accept: str) -> bool:
    """Say whether an Accept header (RFC 9110, section 12.5.1) names a page's type.

    Wildcards do not count: scripts and images are asked for with them too.
    """
    for item in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in item.split(";"))
        if media_type in _PAGE_TYPES and _quality(parameters) > 0:
            return True
    return False


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 1.0
    return 1.0
