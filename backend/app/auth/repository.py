"""Queries on sessions."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.auth.models import AuthSession
from app.core.query import Query, columns
from app.core.tables import utc_now
from app.users.models import User
from app.users.schemas import UserPublic

_CALLER = Query(
    sa.select(*columns(User, UserPublic))
    .join(AuthSession, col(AuthSession.user_id) == col(User.id))
    .where(
        col(AuthSession.id) == bindparam("session_id"),
        col(AuthSession.expires_at) > func.now(),
        col(User.id) == bindparam("user_id"),
        col(User.is_active),
    ),
    UserPublic,
)


async def find_caller(*, user_id: UUID, session_id: UUID) -> UserPublic | None:
    """The active account of a live session."""
    return await _CALLER.first(user_id=user_id, session_id=session_id)


async def lock_user(session: AsyncSession, user_id: UUID, password_hash: str) -> User | None:
    """The active account if it still has this password, kept so until the transaction ends."""
    statement = (
        select(User)
        .where(User.id == user_id, User.password_hash == password_hash, col(User.is_active))
        .with_for_update(read=True)
    )
    return (await session.exec(statement)).one_or_none()


async def lock_session(session: AsyncSession, session_id: UUID) -> tuple[AuthSession, User] | None:
    """A live session with its active account; others wait who want to refresh it, too."""
    statement = (
        select(AuthSession, User)
        .join(User, col(User.id) == col(AuthSession.user_id))
        .where(
            AuthSession.id == session_id,
            AuthSession.expires_at > utc_now(),
            col(User.is_active),
        )
        .with_for_update(of=AuthSession)
    )
    return (await session.exec(statement)).one_or_none()


async def delete_session(session: AsyncSession, session_id: UUID) -> None:
    """Revoke a session: none of its tokens is good any more."""
    await session.exec(delete(AuthSession).where(col(AuthSession.id) == session_id))


async def delete_sessions_of(session: AsyncSession, user_id: UUID) -> None:
    """Revoke all sessions of an account."""
    await session.exec(delete(AuthSession).where(col(AuthSession.user_id) == user_id))
