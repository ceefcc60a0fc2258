"""Tables of sessions and of attempts to log in."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlmodel import Field

from app.core.tables import Table, timestamp


class AuthSession(Table, table=True):
    """One login, and the family of refresh tokens that descends from it.

    Tokens of a session are good as long as its row exists: to revoke is to delete.
    """

    __tablename__ = "auth_sessions"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(sa_column_args=[ForeignKey("users.id", ondelete="CASCADE")], index=True)
    scope: str = Field(max_length=255)
    refresh_id: UUID = Field(default_factory=uuid4)
    """The ``jti`` of the one refresh token that is good; any other has been used before."""
    previous_refresh_id: UUID | None = None
    refreshed_at: datetime = timestamp()
    created_at: datetime = timestamp()
    expires_at: datetime = timestamp()


class LoginAttempts(Table, table=True):
    """How often a wrong password was given lately, for an account or from an address."""

    __tablename__ = "login_attempts"

    key: str = Field(max_length=64, primary_key=True)
    failures: int
    since: datetime = timestamp()
