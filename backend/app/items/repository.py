"""Queries on items. Each asks for the owner, so that nobody reaches what is not his."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.items.models import Item


async def find(
    session: AsyncSession, owner_id: UUID, item_id: UUID, *, for_update: bool = False
) -> Item | None:
    """An item of this owner; ``for_update`` makes other writers wait."""
    statement = select(Item).where(Item.id == item_id, Item.owner_id == owner_id)
    if for_update:
        statement = statement.with_for_update()
    return (await session.exec(statement)).one_or_none()


async def page(
    session: AsyncSession,
    owner_id: UUID,
    *,
    limit: int,
    cursor: UUID | None = None,
    search: str | None = None,
) -> Sequence[Item]:
    """The owner's items, newest first.

    Args:
        session: The request's session.
        owner_id: Whose items.
        limit: How many; one more is returned if there are more.
        cursor: Only items created before the one with this key.
        search: Only items with this text in the title, in any case of letters.
    """
    statement = (
        select(Item).where(Item.owner_id == owner_id).order_by(col(Item.id).desc()).limit(limit + 1)
    )
    if cursor is not None:
        statement = statement.where(Item.id < cursor)
    if search:
        statement = statement.where(col(Item.title).icontains(search, autoescape=True))
    return (await session.exec(statement)).all()
