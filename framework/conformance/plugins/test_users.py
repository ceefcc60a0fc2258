"""fastapi-users brings registration and log-in on routers and dependencies of its own."""

import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import StaticPool

SECRET = "only for this test, and long enough for HMAC"
ADA = {"email": "ada@example.com", "password": "correct horse"}


class Base(DeclarativeBase):
    pass


class User(SQLAlchemyBaseUserTableUUID, Base):
    pass


class UserManager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    reset_password_token_secret = SECRET
    verification_token_secret = SECRET


def make_app(engine: AsyncEngine) -> FastAPI:
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def get_database() -> AsyncIterator[Any]:
        async with sessions() as session:
            yield SQLAlchemyUserDatabase(session, User)

    async def get_manager(
        database: Annotated[Any, Depends(get_database)],
    ) -> AsyncIterator[UserManager]:
        yield UserManager(database)

    def get_strategy() -> JWTStrategy[User, uuid.UUID]:
        return JWTStrategy(secret=SECRET, lifetime_seconds=60)

    backend = AuthenticationBackend(
        name="jwt", transport=BearerTransport(tokenUrl="auth/login"), get_strategy=get_strategy
    )
    users = FastAPIUsers[User, uuid.UUID](get_manager, [backend])
    app = FastAPI()
    app.include_router(users.get_auth_router(backend), prefix="/auth")
    register = users.get_register_router(schemas.BaseUser[uuid.UUID], schemas.BaseUserCreate)
    app.include_router(register, prefix="/auth")
    current_user = users.current_user(active=True)

    @app.get("/me")
    async def read_me(user: Annotated[User, Depends(current_user)]) -> dict[str, str]:
        return {"email": user.email}

    @app.on_event("startup")
    async def make_tables() -> None:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    return app


@pytest.fixture
def client() -> Iterator[TestClient]:
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
    with TestClient(make_app(engine)) as client:
        yield client


def test_a_user_registers_logs_in_and_is_known(client: TestClient) -> None:
    assert client.post("/auth/register", json=ADA).status_code == 201
    form = {"username": ADA["email"], "password": ADA["password"]}
    token = client.post("/auth/login", data=form).json()["access_token"]

    answer = client.get("/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.json() == {"email": "ada@example.com"}


def test_a_wrong_password_and_a_missing_token_are_refused(client: TestClient) -> None:
    client.post("/auth/register", json=ADA)
    form = {"username": ADA["email"], "password": "wrong"}

    assert client.post("/auth/login", data=form).status_code == 400
    assert client.get("/me").status_code == 401
