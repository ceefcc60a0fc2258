"""Creating, changing and deleting accounts."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from app.auth.repository import delete_sessions_of
from app.core.jobs import defer
from app.core.passwords import hash_password
from app.users import repository
from app.users.errors import EmailTaken, LastSuperuser, UserNotFound
from app.users.jobs import send_already_registered, send_email_changed, send_welcome
from app.users.models import User
from app.users.schemas import UserCreate, UserSignup

_EMAIL_INDEX = "uq_users_email"


async def create(session: AsyncSession, new: UserCreate) -> User:
    """Create an account, and queue its welcome mail in the same transaction.

    Raises:
        EmailTaken: Another account has the address.
    """
    user = User(
        **new.model_dump(exclude={"password"}), password_hash=await hash_password(new.password)
    )
    await _store(session, user, {})
    await defer(session, send_welcome, user_id=str(user.id))
    return user


async def sign_up(session: AsyncSession, new: UserSignup) -> None:
    """Create an account for whoever asks; for a known address, tell its owner by mail instead.

    The caller learns nothing about which of the two happened, neither by the answer nor by time.
    """
    try:
        await create(session, UserCreate(**new.model_dump()))
    except EmailTaken:
        await defer(session, send_already_registered, email=new.email)


async def _store(session: AsyncSession, user: User, changes: dict[str, Any]) -> None:
    # The unique index decides: to look first would lose the race against another request. The
    # savepoint keeps the transaction usable, and leaves the object as it was.
    try:
        async with session.begin_nested():
            user.sqlmodel_update(changes)
            session.add(user)
            await session.flush()
    except IntegrityError as error:
        if _EMAIL_INDEX in str(error.orig):
            raise EmailTaken from None
        raise


async def update(session: AsyncSession, user_id: UUID, changes: dict[str, Any]) -> User:
    """Change an account as an administrator.

    Another password, or deactivation, ends the account's sessions at once.

    Args:
        session: The request's session.
        user_id: The account.
        changes: New values of the fields of ``UserUpdate`` that change.

    Raises:
        UserNotFound: There is no such account.
        EmailTaken: Another account has the new address.
        LastSuperuser: It would leave no active administrator.
    """
    password = changes.pop("password", None)
    password_hash = None if password is None else await hash_password(password)
    if changes.get("is_active") is False or changes.get("is_superuser") is False:
        await _keep_a_superuser(session, user_id)
    user = await _locked(session, user_id)
    if password_hash is not None:
        user.password_hash = password_hash
    await _store(session, user, changes)
    if password_hash is not None or not user.is_active:
        await delete_sessions_of(session, user.id)
    return user


async def update_profile(session: AsyncSession, user_id: UUID, changes: dict[str, Any]) -> User:
    """Change one's own account; the caller has checked the password if the address changes.

    Raises:
        EmailTaken: Another account has the new address.
    """
    user = await _locked(session, user_id)
    old_email = user.email
    await _store(session, user, changes)
    if user.email != old_email:
        await defer(session, send_email_changed, old_email=old_email, new_email=user.email)
    return user


async def set_password(session: AsyncSession, user_id: UUID, password_hash: str) -> User:
    """Store a new password, and end every session of the account."""
    user = await _locked(session, user_id)
    user.password_hash = password_hash
    await session.flush()
    await delete_sessions_of(session, user.id)
    return user


async def delete(session: AsyncSession, user_id: UUID) -> None:
    """Delete an account with all that belongs to it.

    Raises:
        UserNotFound: There is no such account.
        LastSuperuser: It would leave no active administrator.
    """
    await _keep_a_superuser(session, user_id)
    await session.delete(await _locked(session, user_id))


async def _locked(session: AsyncSession, user_id: UUID) -> User:
    user = await repository.find(session, user_id, for_update=True)
    if user is None:
        raise UserNotFound
    return user


async def _keep_a_superuser(session: AsyncSession, user_id: UUID) -> None:
    if list(await repository.lock_superusers(session)) == [user_id]:
        raise LastSuperuser
