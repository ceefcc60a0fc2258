"""Who makes this request, and may he? The dependencies that secure path operations.

async def read_item(caller: Annotated[Caller, Security(get_caller, scopes=["items:read"])])
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.auth.cookies import ACCESS_COOKIE, check_origin
from app.auth.errors import InsufficientScope, NotAuthenticated
from app.auth.models import AuthSession
from app.auth.scopes import SCOPES, allowed_scopes
from app.auth.tokens import InvalidToken, read_token
from app.core.api import API_PREFIX
from app.core.database import Session, database
from app.core.tables import utc_now
from app.users.models import User
from app.users.repository import touch
from dovetail import BackgroundTasks, Request, Security
from dovetail.security import APIKeyCookie, OAuth2PasswordBearer, SecurityScopes

_SEEN_INTERVAL = timedelta(minutes=5)

BearerToken = Annotated[
    str | None,
    Security(
        OAuth2PasswordBearer(
            tokenUrl=f"{API_PREFIX}/auth/token",
            refreshUrl=f"{API_PREFIX}/auth/token/refresh",
            scopes=SCOPES,
            auto_error=False,
        )
    ),
]
CookieToken = Annotated[
    str | None,
    Security(APIKeyCookie(name=ACCESS_COOKIE, scheme_name="Cookie", auto_error=False)),
]


@dataclass(frozen=True, slots=True)
class Caller:
    """The account that makes a request, as far as most operations need it."""

    id: UUID
    email: str
    full_name: str | None
    is_active: bool
    is_superuser: bool
    created_at: datetime
    last_seen_at: datetime | None
    session_id: UUID
    scopes: frozenset[str]
    uses_cookies: bool


_COLUMNS = (
    col(User.id),
    col(User.email),
    col(User.full_name),
    col(User.is_active),
    col(User.is_superuser),
    col(User.created_at),
    col(User.last_seen_at),
)


async def get_caller(
    request: Request,
    security_scopes: SecurityScopes,
    bearer: BearerToken,
    cookie: CookieToken,
    session: Session,
    background: BackgroundTasks,
) -> Caller:
    """Authenticate by bearer token, or by cookie with a check of the origin.

    Raises:
        NotAuthenticated: There is no token, or it is not good (any more).
        InsufficientScope: The token lacks a scope.
        OriginRefused: The cookie came from another site's page.
    """
    token = bearer or cookie
    if token is None:
        raise NotAuthenticated(security_scopes.scope_str)
    if bearer is None:
        check_origin(request)
    caller = await _load(session, token, uses_cookies=bearer is None)
    if caller is None:
        raise NotAuthenticated(security_scopes.scope_str)
    if not caller.scopes.issuperset(security_scopes.scopes):
        raise InsufficientScope(security_scopes.scope_str)
    if caller.last_seen_at is None or utc_now() - caller.last_seen_at > _SEEN_INTERVAL:
        background.add_task(_mark_seen, caller.id)
    return caller


async def _load(session: AsyncSession, token: str, *, uses_cookies: bool) -> Caller | None:
    try:
        claims = read_token("access", token)
    except InvalidToken:
        return None
    statement = (
        select(*_COLUMNS)
        .join(AuthSession, col(AuthSession.user_id) == col(User.id))
        .where(
            AuthSession.id == claims.session_id,
            AuthSession.expires_at > utc_now(),
            User.id == claims.user_id,
            col(User.is_active),
        )
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    # An administrator who is none any more loses the scopes of his tokens, too.
    scopes = claims.scopes & allowed_scopes(is_superuser=row.is_superuser)
    return Caller(*row, session_id=claims.session_id, scopes=scopes, uses_cookies=uses_cookies)


async def _mark_seen(user_id: UUID) -> None:
    async with database.transaction() as session:
        await touch(session, user_id)
