"""Logging in, refreshing and logging out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from app.auth import repository, throttle
from app.auth.errors import InvalidCredentials, InvalidScope, RefreshRefused
from app.auth.models import AuthSession
from app.auth.scopes import SCOPES, allowed_scopes, join_scopes
from app.auth.tokens import (
    InvalidToken,
    read_token,
    sign_access_token,
    sign_refresh_token,
)
from app.core.database import database
from app.core.passwords import verify_password
from app.core.settings import get_settings
from app.core.tables import utc_now
from app.users.models import User
from app.users.repository import find_by_email

# Two tabs of one browser may send the same refresh cookie at the same time. For this long after a
# rotation the cookie's predecessor gets what its successor got, instead of ending the session.
_COOKIE_GRACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Login:
    """A session with its tokens."""

    user: User
    session: AuthSession
    access_token: str
    refresh_token: str


async def log_in(
    session: AsyncSession,
    email: str,
    password: str,
    *,
    address: str | None,
    scopes: frozenset[str] = frozenset(),
) -> Login:
    """Open a session.

    Args:
        session: The request's session.
        email: The account, in any case of letters.
        password: As typed.
        address: The client's IP address, for the limit on attempts.
        scopes: Wanted scopes; those that the account may not have are left out, and none wanted
            means all that it may have (RFC 6749, section 3.3).

    Raises:
        InvalidCredentials: Unknown or deactivated account, or a wrong password.
        InvalidScope: A wanted scope does not exist.
        TooManyAttempts: Too many wrong passwords lately.
    """
    if not scopes <= SCOPES.keys():
        raise InvalidScope
    password_hash = await check_password(email, password, address=address)
    user = await find_by_email(session, email)
    if (
        user is None
        or (user := await repository.lock_user(session, user.id, password_hash)) is None
    ):
        raise InvalidCredentials
    allowed = allowed_scopes(is_superuser=user.is_superuser)
    return open_session(session, user, (scopes & allowed) or allowed)


async def check_password(email: str, password: str, *, address: str | None) -> str:
    """Check an account's password, within the limit on attempts.

    Runs transactions of its own, and holds no connection while it hashes.

    Returns:
        The hash that the account has now.

    Raises:
        InvalidCredentials: Unknown or deactivated account, or a wrong password.
        TooManyAttempts: Too many wrong passwords lately.
    """
    email = email.strip().lower()
    async with database.transaction() as session:
        await throttle.count_attempt(session, email, address)
        user = await find_by_email(session, email)
    stored = user.password_hash if user is not None and user.is_active else None
    matches, replacement = await verify_password(password, stored)
    if user is None or stored is None or not matches:
        raise InvalidCredentials
    async with database.transaction() as session:
        await throttle.forget_attempt(session, email, address)
        if replacement is not None:
            current = await repository.lock_user(session, user.id, stored)
            if current is not None:
                current.password_hash = stored = replacement
    return stored


def open_session(session: AsyncSession, user: User, scopes: frozenset[str]) -> Login:
    """Add a session with its first tokens for an account that has been authenticated."""
    expires_at = utc_now() + timedelta(days=get_settings().session_days)
    row = AuthSession(user_id=user.id, scope=join_scopes(scopes), expires_at=expires_at)
    session.add(row)
    return _tokens(user, row)


def _tokens(user: User, row: AuthSession) -> Login:
    access_token = sign_access_token(user.id, row.id, row.scope)
    refresh_token = sign_refresh_token(user.id, row.id, row.refresh_id, row.expires_at)
    return Login(user, row, access_token, refresh_token)


async def refresh(session: AsyncSession, token: str | None, *, from_cookie: bool = False) -> Login:
    """Exchange a refresh token for an access token and the next refresh token.

    Each refresh token is good once. One that comes again has been stolen, or the one that
    replaced it was: the session ends (RFC 9700, section 4.14.2).

    Args:
        session: The request's session.
        token: The refresh token.
        from_cookie: It came in a browser's cookie, which tabs share.

    Raises:
        RefreshRefused: There is no token, or it is not good; what this ended stays ended.
    """
    try:
        claims = read_token("refresh", token or "")
    except InvalidToken:
        raise RefreshRefused from None
    found = await repository.lock_session(session, claims.session_id)
    if found is None:
        raise RefreshRefused
    row, user = found
    now = utc_now()
    if claims.token_id == row.refresh_id:
        row.previous_refresh_id, row.refresh_id, row.refreshed_at = row.refresh_id, uuid4(), now
        return _tokens(user, row)
    in_grace = from_cookie and now - row.refreshed_at < _COOKIE_GRACE
    if in_grace and claims.token_id == row.previous_refresh_id:
        return _tokens(user, row)
    await repository.delete_session(session, row.id)
    raise RefreshRefused


async def log_out(session: AsyncSession, access: str | None, refresh: str | None) -> None:
    """End the session that a token belongs to; without a good token there is nothing to end."""
    for session_id in {*_session_of("access", access), *_session_of("refresh", refresh)}:
        await repository.delete_session(session, session_id)


def _session_of(kind: Literal["access", "refresh"], token: str | None) -> list[UUID]:
    try:
        return [read_token(kind, token or "").session_id]
    except InvalidToken:
        return []
