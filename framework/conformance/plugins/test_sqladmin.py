"""sqladmin mounts an administration of SQLAlchemy models."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqladmin import Admin, ModelView
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class UserView(ModelView, model=User):
    column_list = [User.id, User.name]


@pytest.fixture
def client() -> Iterator[TestClient]:
    engine = create_engine(
        "sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool
    )
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(User(name="Ada Lovelace"))
        session.commit()
    app = FastAPI()

    @app.get("/ping")
    async def ping() -> str:
        return "pong"

    Admin(app, engine).add_view(UserView)
    with TestClient(app) as client:
        yield client


def test_rows_are_listed(client: TestClient) -> None:
    page = client.get("/admin/user/list")

    assert page.status_code == 200
    assert "Ada Lovelace" in page.text
    assert client.get("/ping").json() == "pong"


def test_a_row_is_created_by_the_form(client: TestClient) -> None:
    answer = client.post("/admin/user/create", data={"name": "Grace Hopper"})

    assert answer.status_code == 200, answer.text
    assert "Grace Hopper" in client.get("/admin/user/list").text
