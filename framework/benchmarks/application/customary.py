"""List of items and current user, as tutorials and templates for FastAPI write them.

A sync SQLModel session in a `yield` dependency, sync path operations, ORM objects through the
response model. It reads the tables that the application's migrations made.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import DateTime
from sqlmodel import Field, Session, SQLModel, col, create_engine, select

SECRET_KEY = os.environ["SECRET_KEY"]
AUDIENCE = f"{os.environ['PROJECT_SLUG']}:access"

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))
token_of = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token")
app = FastAPI()


class UserBase(SQLModel):
    """What table and response have in common."""

    email: str
    full_name: str | None = None
    is_active: bool = True
    is_superuser: bool = False


class User(UserBase, table=True):
    """An account."""

    __tablename__ = "users"

    id: UUID = Field(primary_key=True)
    password_hash: str
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))
    last_seen_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class UserPublic(UserBase):
    """An account as it is shown."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime | None


class ItemBase(SQLModel):
    """What table and response have in common."""

    title: str
    description: str | None = None
    owner_id: UUID
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))


class Item(ItemBase, table=True):
    """A thing that belongs to a user."""

    __tablename__ = "items"

    id: UUID = Field(primary_key=True)


class ItemPublic(ItemBase):
    """An item as it is shown."""

    id: UUID


class ItemsPublic(SQLModel):
    """A page of items."""

    data: list[ItemPublic]
    next_cursor: str | None = None


def get_db() -> Iterator[Session]:
    """Hold a session for the length of a request."""
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_db)]
TokenDep = Annotated[str, Depends(token_of)]


def get_current_user(session: SessionDep, token: TokenDep) -> User:
    """Return the user of a token."""
    try:
        payload = jwt.decode(token, SECRET_KEY, algorithms=["HS256"], audience=AUDIENCE)
    except jwt.PyJWTError:
        raise HTTPException(403, "Could not validate credentials") from None
    user = session.get(User, UUID(payload["sub"]))
    if user is None:
        raise HTTPException(404, "User not found")
    if not user.is_active:
        raise HTTPException(400, "Inactive user")
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]


@app.get("/api/v1/users/me", response_model=UserPublic)
def read_user_me(current_user: CurrentUser) -> User:
    """The account that makes the request."""
    return current_user


@app.get("/api/v1/items", response_model=ItemsPublic)
def read_items(
    session: SessionDep,
    current_user: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, object]:
    """One's own items, newest first."""
    statement = (
        select(Item)
        .where(Item.owner_id == current_user.id)
        .order_by(col(Item.id).desc())
        .limit(limit)
    )
    return {"data": session.exec(statement).all(), "next_cursor": None}
