"""sentry-sdk's FastAPI integration names transactions by route and reports exceptions."""

from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sentry_sdk.integrations.fastapi import FastApiIntegration
from sentry_sdk.integrations.starlette import StarletteIntegration
from sentry_sdk.transport import Transport


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[tuple[str, Any]] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.items += [(item.type, item.payload.json) for item in envelope.items]

    def of(self, kind: str) -> list[Any]:
        return [payload for name, payload in self.items if name == kind]


@pytest.fixture
def sent() -> Iterator[Kept]:
    transport = Kept()
    sentry_sdk.init(
        dsn="http://key@localhost/1",
        transport=transport,
        traces_sample_rate=1.0,
        auto_enabling_integrations=False,
        integrations=[StarletteIntegration(), FastApiIntegration()],
    )
    yield transport
    sentry_sdk.init()


def test_an_exception_is_reported_with_the_route_and_the_input(sent: Kept) -> None:
    app = FastAPI()
    router = APIRouter(prefix="/api")

    @router.post("/items/{item_id}")
    async def fail(item_id: int, item: dict[str, int]) -> None:
        raise ValueError(f"item {item_id}")

    app.include_router(router)
    client = TestClient(app, raise_server_exceptions=False)
    assert client.post("/api/items/7", json={"size": 1}).status_code == 500
    sentry_sdk.flush()

    (event,) = sent.of("event")
    assert event["exception"]["values"][-1]["value"] == "item 7"
    assert event["transaction"] == "/api/items/{item_id}"
    assert event["request"]["data"] == {"size": 1}
    (transaction,) = sent.of("transaction")
    assert transaction["transaction"] == "/api/items/{item_id}"


def test_a_handled_server_error_is_reported(sent: Kept) -> None:
    app = FastAPI()

    @app.get("/")
    async def fail() -> None:
        raise HTTPException(503, "down")

    assert TestClient(app).get("/").status_code == 503
    sentry_sdk.flush()

    (event,) = sent.of("event")
    assert event["exception"]["values"][-1]["type"] == "HTTPException"
