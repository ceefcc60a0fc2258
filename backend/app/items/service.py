"""What can be done with items."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from app.items import repository
from app.items.errors import ItemNotFound
from app.items.models import Item
from app.items.schemas import ItemCreate, ItemPublic, ItemUpdate


async def read(owner_id: UUID, item_id: UUID) -> ItemPublic:
    """One of the owner's items.

    Raises:
        ItemNotFound: There is none, or it belongs to somebody else.
    """
    item = await repository.find(owner_id, item_id)
    if item is None:
        raise ItemNotFound
    return item


async def create(session: AsyncSession, owner_id: UUID, new: ItemCreate) -> Item:
    """Create an item for its owner."""
    item = Item(**new.model_dump(), owner_id=owner_id)
    session.add(item)
    return item


async def update(session: AsyncSession, owner_id: UUID, item_id: UUID, changes: ItemUpdate) -> Item:
    """Change an item.

    Raises:
        ItemNotFound: There is none, or it belongs to somebody else.
    """
    item = await repository.lock(session, owner_id, item_id)
    if item is None:
        raise ItemNotFound
    item.sqlmodel_update(changes.sent())
    await session.flush()
    return item


async def delete(session: AsyncSession, owner_id: UUID, item_id: UUID) -> None:
    """Delete an item.

    Raises:
        ItemNotFound: There is none, or it belongs to somebody else.
    """
    item = await repository.lock(session, owner_id, item_id)
    if item is None:
        raise ItemNotFound
    await session.delete(item)
