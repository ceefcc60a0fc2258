"""Queries on accounts."""

import functools
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.query import Query, columns
from app.core.tables import utc_now
from app.users.models import Bootstrap, User
from app.users.schemas import UserPublic


async def find(session: AsyncSession, user_id: UUID, *, for_update: bool = False) -> User | None:
    """An account by its key; ``for_update`` makes other writers wait."""
    return await session.get(User, user_id, with_for_update=for_update)


async def find_by_email(session: AsyncSession, email: str) -> User | None:
    """An account by its address, in any case of letters."""
    email = email.strip().lower()
    if not email.isprintable():  # NUL and lone surrogates, which PostgreSQL cannot take
        return None
    return (await session.exec(select(User).where(User.email == email))).one_or_none()


@functools.cache
def _page(*, after: bool) -> Query[UserPublic]:
    statement = (
        sa.select(*columns(User, UserPublic))
        .order_by(col(User.id).desc())
        .limit(bindparam("limit"))
    )
    if after:
        statement = statement.where(col(User.id) < bindparam("cursor"))
    return Query(statement, UserPublic)


async def page(*, limit: int, cursor: UUID | None) -> list[UserPublic]:
    """At most so many accounts, newest first; those created before the one with this key."""
    return await _page(after=cursor is not None).all(limit=limit, cursor=cursor)


async def lock_superusers(session: AsyncSession) -> Sequence[UUID]:
    """The active administrators; nobody else changes them until the transaction ends."""
    statement = (
        select(User.id)
        .where(col(User.is_superuser), col(User.is_active))
        .order_by(col(User.id))
        .with_for_update()
    )
    return (await session.exec(statement)).all()


async def touch(session: AsyncSession, user_id: UUID) -> None:
    """Remember that the account was used just now."""
    # Keeps updated_at, which tells when somebody changed the account.
    await session.exec(
        update(User)
        .where(col(User.id) == user_id)
        .values(last_seen_at=utc_now(), updated_at=col(User.updated_at))
    )


async def claim(session: AsyncSession, name: str) -> bool:
    """Whether this transaction is the first ever to do what has this name."""
    statement = (
        insert(Bootstrap)
        .values(name=name, done_at=utc_now())
        .on_conflict_do_nothing()
        .returning(col(Bootstrap.name))
    )
    return (await session.exec(statement)).first() is not None
