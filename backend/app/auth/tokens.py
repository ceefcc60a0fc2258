"""Access and refresh tokens: signed JWTs (RFC 7519) with an audience and type of their own."""

import functools
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import jwt

from app.core.settings import get_settings
from app.core.tables import utc_now

Kind = Literal["access", "refresh"]

_ALGORITHM = "HS256"
_OPTIONS: Any = {"require": ["aud", "exp", "iat", "jti", "sid", "sub", "typ"]}


class InvalidToken(Exception):
    """The token is malformed, forged, expired or of another kind."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says."""

    user_id: UUID
    session_id: UUID
    token_id: UUID
    scopes: frozenset[str]
    expires_at: int


def _audience(kind: Kind) -> str:
    return f"{get_settings().project_slug}:{kind}"


def _sign(kind: Kind, claims: dict[str, Any], expires_at: datetime) -> str:
    payload = {
        **claims,
        "typ": kind,
        "aud": _audience(kind),
        "iat": utc_now(),
        "exp": expires_at,
    }
    return jwt.encode(payload, get_settings().secret_key.get_secret_value(), _ALGORITHM)


def sign_access_token(user_id: UUID, session_id: UUID, scope: str) -> str:
    """A token for some minutes; good only while its session exists."""
    claims = {"sub": str(user_id), "sid": str(session_id), "jti": str(uuid4()), "scope": scope}
    expires_at = utc_now() + timedelta(minutes=get_settings().access_token_minutes)
    return _sign("access", claims, expires_at)


def sign_refresh_token(
    user_id: UUID, session_id: UUID, token_id: UUID, expires_at: datetime
) -> str:
    """A token to be exchanged once for an access token and the next refresh token."""
    claims = {"sub": str(user_id), "sid": str(session_id), "jti": str(token_id)}
    return _sign("refresh", claims, expires_at)


def read_token(kind: Kind, token: str) -> Claims:
    """Verify a token and read its claims.

    Raises:
        InvalidToken: It is malformed, forged, expired or of another kind.
    """
    claims = _verified(kind, token)
    if claims.expires_at <= time.time():
        raise InvalidToken
    return claims


# PERF: a client sends the same token many times, and its signature does not change: checking it
# again would cost as much as the query that follows. Only tokens that are good are remembered.
@functools.lru_cache(maxsize=4096)
def _verified(kind: Kind, token: str) -> Claims:
    try:
        payload = jwt.decode(
            token,
            get_settings().secret_key.get_secret_value(),
            algorithms=[_ALGORITHM],
            audience=_audience(kind),
            options=_OPTIONS,
        )
        if payload["typ"] != kind:
            raise InvalidToken
        return Claims(
            user_id=UUID(payload["sub"]),
            session_id=UUID(payload["sid"]),
            token_id=UUID(payload["jti"]),
            scopes=frozenset(payload.get("scope", "").split()),
            expires_at=payload["exp"],
        )
    except (jwt.PyJWTError, ValueError, AttributeError, TypeError):
        raise InvalidToken from None
