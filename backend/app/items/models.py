"""The table of items."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlmodel import Field

from app.core.tables import Table, timestamp
from app.kit.ids import uuid7


class Item(Table, table=True):
    """A thing that belongs to a user."""

    __tablename__ = "items"
    # One index for the foreign key and for the list: an owner's items in the order of their keys,
    # which is the order of their creation.
    __table_args__ = (Index("ix_items_owner_id_id", "owner_id", "id"),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    title: str = Field(max_length=255)
    description: str | None = Field(default=None, max_length=2000)
    owner_id: UUID = Field(sa_column_args=[ForeignKey("users.id", ondelete="CASCADE")])
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp(on_update=True)
