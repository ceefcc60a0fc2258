"""The table of accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from app.core.tables import Table, timestamp
from app.kit.ids import uuid7


class User(Table, table=True):
    """An account."""

    __tablename__ = "users"
    # Addresses are stored in lower case, so that a plain unique index is enough.
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    password_hash: str = Field(max_length=128)
    full_name: str | None = Field(default=None, max_length=255)
    is_active: bool = True
    is_superuser: bool = False
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp(on_update=True)
    last_seen_at: datetime | None = timestamp(default=False, nullable=True)


class Bootstrap(Table, table=True):
    """What is done once in the life of a database, such as creating the first superuser."""

    __tablename__ = "bootstrap"

    name: str = Field(max_length=64, primary_key=True)
    done_at: datetime = timestamp()
