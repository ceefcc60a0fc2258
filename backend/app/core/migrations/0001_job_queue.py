"""The job queue's tables and functions, by the migrations of the package Procrastinate.

A later version of the package that brings migrations needs a revision like this one, with the
names of its files.

Revision ID: core0001
Revises:
"""

from pathlib import Path
from typing import Any

import procrastinate.schema
from alembic import op

revision = "core0001"
down_revision = None
branch_labels = ("core",)
depends_on = None

_LAST = "03.04.00_50"


def _execute(script: str) -> None:
    # By the driver itself: a script of several statements, full of % and :.
    connection: Any = op.get_bind().connection.driver_connection
    connection.execute(script.encode())


def upgrade() -> None:
    folder = Path(procrastinate.schema.SchemaManager.get_migrations_path())
    for file in sorted(folder.glob("*.sql")):
        if file.name[: len(_LAST)] <= _LAST:
            _execute(file.read_text("utf-8"))


def downgrade() -> None:
    _execute(r"""
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT oid::regclass FROM pg_class
                WHERE relkind = 'r' AND relname LIKE 'procrastinate\_%'
                AND relnamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP TABLE ' || name || ' CASCADE'; END LOOP;
            FOR name IN SELECT oid::regprocedure FROM pg_proc
                WHERE proname LIKE 'procrastinate\_%'
                AND pronamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP FUNCTION ' || name || ' CASCADE'; END LOOP;
            FOR name IN SELECT oid::regtype FROM pg_type
                WHERE typname LIKE 'procrastinate\_%' AND typtype IN ('e', 'c')
                AND typnamespace = current_schema()::regnamespace
            LOOP EXECUTE 'DROP TYPE ' || name || ' CASCADE'; END LOOP;
        END $$
    """)
