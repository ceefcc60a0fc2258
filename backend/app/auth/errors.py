"""Errors of authentication and authorisation."""

from http import HTTPStatus

from app.core.errors import AppError


class NotAuthenticated(AppError):
    """No token, or one that is not good (any more). Tells which scopes are needed (RFC 6750)."""

    status_code = HTTPStatus.UNAUTHORIZED
    code = "not_authenticated"
    detail = "A valid access token is needed."

    def __init__(self, scope: str = "") -> None:
        super().__init__({"WWW-Authenticate": f'Bearer scope="{scope}"' if scope else "Bearer"})


class InsufficientScope(AppError):
    """A good token without the scope that the operation needs (RFC 6750, section 3.1)."""

    status_code = HTTPStatus.FORBIDDEN
    code = "insufficient_scope"
    detail = "The access token lacks a scope that this operation needs."

    def __init__(self, scope: str) -> None:
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        super().__init__({"WWW-Authenticate": challenge})


class OriginRefused(AppError):
    """Cookies came with a request from a page that is not ours."""

    status_code = HTTPStatus.FORBIDDEN
    code = "origin_refused"
    detail = "Requests with cookies need an Origin header of this application."


class InvalidCredentials(AppError):
    """Unknown account, wrong password and deactivated account look the same."""

    status_code = HTTPStatus.UNAUTHORIZED
    code = "invalid_credentials"
    detail = "Wrong e-mail address or password."

    def __init__(self) -> None:
        super().__init__({"WWW-Authenticate": "Bearer"})


class InvalidGrant(AppError):
    """Wrong credentials at the token endpoint (RFC 6749, section 5.2)."""

    status_code = HTTPStatus.BAD_REQUEST
    code = "invalid_grant"
    detail = "Wrong e-mail address or password, or a refresh token that is not good."
    keeps_changes = True


class InvalidScope(AppError):
    """A scope that does not exist (RFC 6749, section 5.2)."""

    status_code = HTTPStatus.BAD_REQUEST
    code = "invalid_scope"
    detail = "An unknown scope was asked for."


class RefreshRefused(AppError):
    """No refresh token, or one that is not good (any more)."""

    status_code = HTTPStatus.UNAUTHORIZED
    code = "refresh_refused"
    detail = "The session has ended: log in again."
    keeps_changes = True

    def __init__(self) -> None:
        super().__init__({"WWW-Authenticate": "Bearer"})


class TooManyAttempts(AppError):
    """Too many wrong passwords; ``Retry-After`` says how many seconds to wait."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_attempts"
    detail = "Too many wrong passwords: try again later."

    def __init__(self, seconds: int) -> None:
        super().__init__({"Retry-After": str(seconds)})
