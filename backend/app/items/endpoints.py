"""One's own items."""

from typing import Annotated
from uuid import UUID

from app.auth.dependencies import Caller, get_caller
from app.auth.errors import InsufficientScope, NotAuthenticated
from app.core.database import Session
from app.core.errors import errors
from app.items import repository, service
from app.items.errors import ItemNotFound
from app.items.models import Item
from app.items.schemas import ItemCreate, ItemPublic, ItemUpdate, Search
from app.kit.pagination import PAGE_SIZE, Cursor, Limit, Page, make_page
from dovetail import APIRouter, Query, Security

router = APIRouter(prefix="/items", tags=["items"])

Reader = Annotated[Caller, Security(get_caller, scopes=["items:read"])]
Writer = Annotated[Caller, Security(get_caller, scopes=["items:write"])]

_DENIED = (NotAuthenticated, InsufficientScope)


@router.get("", responses=errors(*_DENIED))
async def list_items(
    caller: Reader,
    limit: Limit = PAGE_SIZE,
    cursor: Cursor = None,
    q: Annotated[Search | None, Query(description="Text in the title")] = None,
) -> Page[ItemPublic]:
    """One's own items, newest first."""
    items = await repository.page(caller.id, limit=limit + 1, cursor=cursor, search=q)
    return make_page(items, limit)


@router.post("", status_code=201, response_model=ItemPublic, responses=errors(*_DENIED))
async def create_item(new: ItemCreate, caller: Writer, session: Session) -> Item:
    """Create an item."""
    return await service.create(session, caller.id, new)


@router.get("/{item_id}", responses=errors(*_DENIED, ItemNotFound))
async def read_item(item_id: UUID, caller: Reader) -> ItemPublic:
    """One item."""
    return await service.read(caller.id, item_id)


@router.patch("/{item_id}", response_model=ItemPublic, responses=errors(*_DENIED, ItemNotFound))
async def update_item(item_id: UUID, changes: ItemUpdate, caller: Writer, session: Session) -> Item:
    """Change an item; fields that are left out stay as they are."""
    return await service.update(session, caller.id, item_id, changes)


@router.delete("/{item_id}", status_code=204, responses=errors(*_DENIED, ItemNotFound))
async def delete_item(item_id: UUID, caller: Writer, session: Session) -> None:
    """Delete an item."""
    await service.delete(session, caller.id, item_id)
