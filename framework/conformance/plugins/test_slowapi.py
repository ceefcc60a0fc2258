"""slowapi limits how often an operation may be called."""

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from slowapi.util import get_remote_address


def test_the_third_call_in_a_minute_is_refused() -> None:
    app = FastAPI()
    limiter = Limiter(key_func=get_remote_address)
    app.state.limiter = limiter
    app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)

    @app.get("/limited")
    @limiter.limit("2/minute")
    async def limited(request: Request) -> dict[str, str]:
        return {"path": request.url.path}

    client = TestClient(app)
    assert [client.get("/limited").status_code for _ in range(3)] == [200, 200, 429]
    assert "Rate limit exceeded" in client.get("/limited").json()["error"]
