"""strawberry-graphql's router serves a schema, with context from dependencies."""

from typing import Annotated

import strawberry
from fastapi import Depends, FastAPI, Header
from fastapi.testclient import TestClient
from strawberry.fastapi import GraphQLRouter


@strawberry.type
class Query:
    @strawberry.field
    def greeting(self, info: strawberry.Info) -> str:
        return f"Hello {info.context['name']}"


async def find_name(x_name: Annotated[str, Header()] = "nobody") -> str:
    return x_name


async def make_context(name: Annotated[str, Depends(find_name)]) -> dict[str, str]:
    return {"name": name}


def test_a_query_sees_what_dependencies_found() -> None:
    app = FastAPI()
    router = GraphQLRouter(strawberry.Schema(Query), context_getter=make_context)
    app.include_router(router, prefix="/graphql")
    client = TestClient(app)

    answer = client.post("/graphql", json={"query": "{ greeting }"}, headers={"X-Name": "Ada"})

    assert answer.json() == {"data": {"greeting": "Hello Ada"}}
    assert client.get("/graphql", headers={"accept": "text/html"}).status_code == 200
