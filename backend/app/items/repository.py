"""Queries on items. Each asks for the owner, so that nobody reaches what is not his."""

import functools
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.core.query import Query, columns
from app.items.models import Item
from app.items.schemas import ItemPublic
from app.kit.search import containing


async def lock(session: AsyncSession, owner_id: UUID, item_id: UUID) -> Item | None:
    """An item of this owner, to be changed; other writers wait."""
    statement = select(Item).where(Item.id == item_id, Item.owner_id == owner_id).with_for_update()
    return (await session.exec(statement)).one_or_none()


_BY_KEY = Query(
    sa.select(*columns(Item, ItemPublic)).where(
        col(Item.id) == bindparam("item_id"), col(Item.owner_id) == bindparam("owner_id")
    ),
    ItemPublic,
)


async def find(owner_id: UUID, item_id: UUID) -> ItemPublic | None:
    """An item of this owner."""
    return await _BY_KEY.first(item_id=item_id, owner_id=owner_id)


@functools.cache
def _page(*, after: bool, searching: bool) -> Query[ItemPublic]:
    statement = (
        sa.select(*columns(Item, ItemPublic))
        .where(col(Item.owner_id) == bindparam("owner_id"))
        .order_by(col(Item.id).desc())
        .limit(bindparam("limit"))
    )
    if after:
        statement = statement.where(col(Item.id) < bindparam("cursor"))
    if searching:
        statement = statement.where(col(Item.title).ilike(bindparam("pattern")))
    return Query(statement, ItemPublic)


async def page(
    owner_id: UUID, *, limit: int, cursor: UUID | None = None, search: str | None = None
) -> list[ItemPublic]:
    """The owner's items, newest first.

    Args:
        owner_id: Whose items.
        limit: At most how many.
        cursor: Only items created before the one with this key.
        search: Only items with this text in the title, in any case of letters.
    """
    query = _page(after=cursor is not None, searching=bool(search))
    return await query.all(
        owner_id=owner_id, limit=limit, cursor=cursor, pattern=containing(search or "")
    )
