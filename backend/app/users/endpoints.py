"""One's own account, and the administration of all."""

from typing import Annotated
from uuid import UUID

from app.auth.cookies import set_cookies
from app.auth.dependencies import Caller, get_caller
from app.auth.errors import InsufficientScope, InvalidCredentials, NotAuthenticated, TooManyAttempts
from app.auth.service import check_password, open_session
from app.core.database import Session
from app.core.errors import errors
from app.core.passwords import hash_password
from app.core.settings import get_settings
from app.kit.pagination import PAGE_SIZE, Cursor, Limit, Page, make_page
from app.users import repository, service
from app.users.errors import (
    EmailTaken,
    LastSuperuser,
    RegistrationClosed,
    UserNotFound,
    WrongPassword,
)
from app.users.models import User
from app.users.schemas import (
    PasswordChange,
    ProfileUpdate,
    SignupAccepted,
    UserCreate,
    UserPublic,
    UserSignup,
    UserUpdate,
)
from dovetail import APIRouter, Request, Response, Security

router = APIRouter(prefix="/users", tags=["users"])

Me = Annotated[Caller, Security(get_caller, scopes=["me"])]
Reader = Annotated[Caller, Security(get_caller, scopes=["users:read"])]
Writer = Annotated[Caller, Security(get_caller, scopes=["users:write"])]

_DENIED = (NotAuthenticated, InsufficientScope)


@router.get("/me", responses=errors(*_DENIED))
async def read_me(me: Me) -> UserPublic:
    """The account that makes the request."""
    return me.user


@router.patch(
    "/me",
    response_model=UserPublic,
    responses=errors(*_DENIED, EmailTaken, WrongPassword, TooManyAttempts),
)
async def update_me(request: Request, changes: ProfileUpdate, me: Me, session: Session) -> User:
    """Change one's own account. Another e-mail address needs the current password."""
    sent = changes.sent()
    password = sent.pop("current_password", None)
    if "email" in sent:
        await _check_own_password(request, me, password)
    return await service.update_profile(session, me.id, sent)


@router.put(
    "/me/password",
    status_code=204,
    responses=errors(*_DENIED, WrongPassword, TooManyAttempts),
)
async def change_password(
    request: Request, response: Response, change: PasswordChange, me: Me, session: Session
) -> None:
    """Change one's own password.

    All tokens of the account end at once, also the one in use. A browser gets the cookies of a
    new session with the answer; an API client logs in again.
    """
    await _check_own_password(request, me, change.current_password)
    user = await service.set_password(session, me.id, await hash_password(change.new_password))
    if me.uses_cookies:
        set_cookies(request, response, open_session(session, user, me.scopes))


async def _check_own_password(request: Request, me: Caller, password: str) -> None:
    address = request.client.host if request.client else None
    try:
        await check_password(me.user.email, password, address=address)
    except InvalidCredentials:
        raise WrongPassword from None


@router.post("/signup", status_code=202, responses=errors(RegistrationClosed))
async def sign_up(new: UserSignup, session: Session) -> SignupAccepted:
    """Make an account for oneself. The answer is the same if the address has one already."""
    if not get_settings().registration_open:
        raise RegistrationClosed
    await service.sign_up(session, new)
    return SignupAccepted()


@router.get("", responses=errors(*_DENIED))
async def list_users(
    _: Reader, limit: Limit = PAGE_SIZE, cursor: Cursor = None
) -> Page[UserPublic]:
    """All accounts, newest first."""
    return make_page(await repository.page(limit=limit + 1, cursor=cursor), limit)


@router.post("", status_code=201, response_model=UserPublic, responses=errors(*_DENIED, EmailTaken))
async def create_user(new: UserCreate, _: Writer, session: Session) -> User:
    """Make an account for somebody else."""
    return await service.create(session, new)


@router.patch(
    "/{user_id}",
    response_model=UserPublic,
    responses=errors(*_DENIED, UserNotFound, EmailTaken, LastSuperuser),
)
async def update_user(user_id: UUID, changes: UserUpdate, _: Writer, session: Session) -> User:
    """Change an account."""
    return await service.update(session, user_id, changes.sent())


@router.delete(
    "/{user_id}", status_code=204, responses=errors(*_DENIED, UserNotFound, LastSuperuser)
)
async def delete_user(user_id: UUID, _: Writer, session: Session) -> None:
    """Delete an account with all that belongs to it."""
    await service.delete(session, user_id)
