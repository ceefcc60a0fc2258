"""Run by Alembic for each command; ``app.core.migrate`` gives it the connection."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from app.core.features import feature_modules
from app.core.migrate import is_ours
from app.core.tables import Table

feature_modules("models")


def render_item(kind: str, item: object, _: Any) -> str | Literal[False]:
    """Plain SQLAlchemy types in revisions, so that they outlive SQLModel's."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    include_name=is_ours,
    render_item=render_item,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
