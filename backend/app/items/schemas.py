"""What the API takes and gives for items."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, StringConstraints

from app.kit.pagination import Keyed
from app.kit.schemas import Changes, Input, Storable, unset

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255), Storable
]
Description = Annotated[str, StringConstraints(max_length=2000), Storable]
Search = Annotated[str, StringConstraints(max_length=255), Storable]


class ItemPublic(Keyed):
    """An item, as the API shows it."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    description: str | None
    owner_id: UUID
    created_at: datetime
    updated_at: datetime


class ItemCreate(Input):
    """A new item."""

    title: Title
    description: Description | None = None


class ItemUpdate(Changes):
    """Changes to an item."""

    title: Title = unset()
    description: Description | None = unset()
