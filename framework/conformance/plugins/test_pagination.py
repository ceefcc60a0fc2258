"""fastapi-pagination adds parameters to operations and wraps their results."""

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from fastapi_pagination import Page, add_pagination, paginate
from pydantic import BaseModel


class Item(BaseModel):
    number: int


def make_app() -> FastAPI:
    app = FastAPI()
    router = APIRouter()

    @router.get("/items")
    async def read_items() -> Page[Item]:
        return paginate([Item(number=number) for number in range(25)])

    app.include_router(router, prefix="/api")
    add_pagination(app)
    return app


def test_a_page_is_cut_out_and_counted() -> None:
    page = TestClient(make_app()).get("/api/items", params={"page": 2, "size": 10}).json()

    assert [item["number"] for item in page["items"]] == list(range(10, 20))
    assert (page["total"], page["page"], page["pages"]) == (25, 2, 3)


def test_the_size_of_a_page_is_validated_and_documented() -> None:
    client = TestClient(make_app())

    assert client.get("/api/items", params={"size": 1000}).status_code == 422
    operation = client.get("/openapi.json").json()["paths"]["/api/items"]["get"]
    assert {parameter["name"] for parameter in operation["parameters"]} == {"page", "size"}
