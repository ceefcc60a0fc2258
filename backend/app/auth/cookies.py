"""The browser's tokens: in cookies that no script can read."""

from urllib.parse import urlsplit

from app.auth.errors import OriginRefused
from app.auth.service import Login
from app.core.api import API_PREFIX
from app.core.settings import get_settings
from app.core.tables import utc_now
from dovetail.requests import HTTPConnection
from dovetail.responses import Response

ACCESS_COOKIE = "access_token"
REFRESH_COOKIE = "refresh_token"
_REFRESH_PATH = f"{API_PREFIX}/auth/session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def set_cookies(request: HTTPConnection, response: Response, login: Login) -> None:
    """Give the tokens to the browser; ``Secure`` if it came by HTTPS or the site is on HTTPS."""
    secure = _is_secure(request)
    response.set_cookie(
        ACCESS_COOKIE,
        login.access_token,
        max_age=get_settings().access_token_minutes * 60,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    response.set_cookie(
        REFRESH_COOKIE,
        login.refresh_token,
        max_age=int((login.session.expires_at - utc_now()).total_seconds()),
        path=_REFRESH_PATH,
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def clear_cookies(request: HTTPConnection, response: Response) -> None:
    """Take the tokens from the browser."""
    secure = _is_secure(request)
    for name, path in ((ACCESS_COOKIE, "/"), (REFRESH_COOKIE, _REFRESH_PATH)):
        response.delete_cookie(name, path=path, secure=secure, httponly=True)


def check_origin(request: HTTPConnection) -> None:
    """Refuse a page of another origin that makes the browser send its cookies (CSRF).

    Raises:
        OriginRefused: An unsafe method without an ``Origin`` of ours.
    """
    if request.scope["method"] in _SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    if origin is None or not (origin in get_settings().origins or _is_own(origin, request)):
        raise OriginRefused


def _is_own(origin: str, request: HTTPConnection) -> bool:
    # A page cannot choose the Host of its requests: equal hosts are one site, on any port mapping.
    return urlsplit(origin).netloc == request.headers.get("host") and origin.startswith("http")


def _is_secure(request: HTTPConnection) -> bool:
    return request.url.scheme == "https" or get_settings().public_url.startswith("https:")
