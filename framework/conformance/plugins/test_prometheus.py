"""prometheus-fastapi-instrumentator measures requests by route."""

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from prometheus_fastapi_instrumentator import Instrumentator


def test_requests_are_counted_by_the_template_of_their_path() -> None:
    app = FastAPI()
    router = APIRouter(prefix="/api")

    @router.get("/items/{item_id}")
    async def read_item(item_id: int) -> int:
        return item_id

    app.include_router(router)
    Instrumentator(registry=CollectorRegistry()).instrument(app).expose(app)
    client = TestClient(app)
    assert [client.get(f"/api/items/{number}").json() for number in (1, 2)] == [1, 2]

    metrics = client.get("/metrics").text
    counted = 'http_requests_total{handler="/api/items/{item_id}",method="GET",status="2xx"} 2.0'
    assert counted in metrics
