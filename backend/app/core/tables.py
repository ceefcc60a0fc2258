"""What every table has in common. Models import from here, so that names are set before use."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel

# Constraints get stable names, so that a later migration can refer to them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base of all models with ``table=True``."""


def utc_now() -> datetime:
    """The current time, in UTC, aware of its zone."""
    return datetime.now(UTC)


def timestamp(*, on_update: bool = False, nullable: bool = False, default: bool = True) -> Any:
    """A ``timestamptz`` column, set to the current time at insert (and at each update)."""
    options: dict[str, Any] = {"onupdate": utc_now} if on_update else {}
    kind: Any = DateTime(timezone=True)
    if default:
        return Field(
            default_factory=utc_now, sa_type=kind, nullable=nullable, sa_column_kwargs=options
        )
    return Field(default=None, sa_type=kind, nullable=nullable, sa_column_kwargs=options)
