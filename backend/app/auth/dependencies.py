"""Who makes this request, and may he? The dependencies that secure path operations.

async def read_me(caller: Annotated[Caller, Security(get_caller, scopes=["me"])]): ...
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from app.auth.cookies import ACCESS_COOKIE, check_origin
from app.auth.errors import InsufficientScope, NotAuthenticated
from app.auth.repository import find_caller
from app.auth.scopes import SCOPES, allowed_scopes
from app.auth.tokens import InvalidToken, read_token
from app.core.api import API_PREFIX
from app.core.database import database
from app.core.tables import utc_now
from app.users.repository import touch
from app.users.schemas import UserPublic
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
    """Who makes a request, and with what rights."""

    user: UserPublic
    session_id: UUID
    scopes: frozenset[str]
    uses_cookies: bool

    @property
    def id(self) -> UUID:
        """The account's key."""
        return self.user.id


async def get_caller(
    request: Request,
    security_scopes: SecurityScopes,
    bearer: BearerToken,
    cookie: CookieToken,
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
    caller = await _load(token, uses_cookies=bearer is None)
    if caller is None:
        raise NotAuthenticated(security_scopes.scope_str)
    if not caller.scopes.issuperset(security_scopes.scopes):
        raise InsufficientScope(security_scopes.scope_str)
    seen = caller.user.last_seen_at
    if seen is None or utc_now() - seen > _SEEN_INTERVAL:
        background.add_task(_mark_seen, caller.id)
    return caller


async def _load(token: str, *, uses_cookies: bool) -> Caller | None:
    try:
        claims = read_token("access", token)
    except InvalidToken:
        return None
    user = await find_caller(user_id=claims.user_id, session_id=claims.session_id)
    if user is None:
        return None
    # An administrator who is none any more loses the scopes of his tokens, too.
    scopes = claims.scopes & allowed_scopes(is_superuser=user.is_superuser)
    return Caller(user, claims.session_id, scopes, uses_cookies)


async def _mark_seen(user_id: UUID) -> None:
    async with database.transaction() as session:
        await touch(session, user_id)
