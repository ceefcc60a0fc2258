"""Tokens for API clients, and cookie sessions for browsers."""

from typing import Annotated

from app.auth import service
from app.auth.cookies import (
    ACCESS_COOKIE,
    REFRESH_COOKIE,
    check_origin,
    clear_cookies,
    set_cookies,
)
from app.auth.dependencies import BearerToken
from app.auth.errors import (
    InvalidCredentials,
    InvalidGrant,
    InvalidScope,
    OriginRefused,
    RefreshRefused,
    TooManyAttempts,
)
from app.auth.schemas import Credentials, Token
from app.core.database import Session
from app.core.errors import errors
from app.core.settings import get_settings
from app.users.models import User
from app.users.schemas import UserPublic
from dovetail import APIRouter, Cookie, Depends, Form, Request, Response
from dovetail.security import OAuth2PasswordRequestForm

router = APIRouter(prefix="/auth", tags=["auth"])

PasswordForm = Annotated[OAuth2PasswordRequestForm, Depends()]
RefreshCookie = Annotated[str | None, Cookie(alias=REFRESH_COOKIE, include_in_schema=False)]
AccessCookie = Annotated[str | None, Cookie(alias=ACCESS_COOKIE, include_in_schema=False)]


@router.post("/token", responses=errors(InvalidGrant, InvalidScope, TooManyAttempts))
async def create_token(
    request: Request, response: Response, form: PasswordForm, session: Session
) -> Token:
    """Log in as an API client (OAuth 2.0 password grant)."""
    try:
        login = await service.log_in(
            session,
            form.username,
            form.password,
            address=_address(request),
            scopes=frozenset(form.scopes),
        )
    except InvalidCredentials:
        raise InvalidGrant from None
    return _token(response, login)


@router.post("/token/refresh", responses=errors(InvalidGrant))
async def refresh_token(
    response: Response, refresh_token: Annotated[str, Form()], session: Session
) -> Token:
    """Exchange a refresh token; it is good once, and using it again ends the session."""
    try:
        login = await service.refresh(session, refresh_token)
    except RefreshRefused:
        raise InvalidGrant from None
    return _token(response, login)


@router.post(
    "/session",
    response_model=UserPublic,
    responses=errors(InvalidCredentials, OriginRefused, TooManyAttempts),
)
async def open_session(
    request: Request, response: Response, credentials: Credentials, session: Session
) -> User:
    """Log in as a browser: the tokens are set as cookies that no script can read."""
    check_origin(request)
    login = await service.log_in(
        session, credentials.email, credentials.password, address=_address(request)
    )
    set_cookies(request, response, login)
    return login.user


@router.post(
    "/session/refresh",
    response_model=UserPublic,
    responses=errors(RefreshRefused, OriginRefused),
)
async def refresh_session(
    request: Request, response: Response, session: Session, token: RefreshCookie = None
) -> User:
    """Renew the cookies of a browser's session."""
    check_origin(request)
    login = await service.refresh(session, token, from_cookie=True)
    set_cookies(request, response, login)
    return login.user


@router.delete("/session", status_code=204, responses=errors(OriginRefused))
async def close_session(
    request: Request,
    response: Response,
    session: Session,
    bearer: BearerToken,
    access: AccessCookie = None,
    refresh: RefreshCookie = None,
) -> None:
    """Log out: the session's tokens are good no more, and the cookies are taken away."""
    if bearer is not None:
        await service.log_out(session, bearer, None)
        return
    check_origin(request)
    await service.log_out(session, access, refresh)
    clear_cookies(request, response)


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


def _token(response: Response, login: service.Login) -> Token:
    response.headers["Cache-Control"] = "no-store"
    return Token(
        access_token=login.access_token,
        expires_in=get_settings().access_token_minutes * 60,
        refresh_token=login.refresh_token,
        scope=login.session.scope,
    )
