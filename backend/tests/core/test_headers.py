"""Security headers, on every response."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app.core.headers import SecurityHeaders, page_policy


@pytest.fixture
def site(server: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/api/v1/config", "/api/v1/nothing", "/nothing.txt", "/docs", "/redoc"]
)
def test_every_response_has_them(site: httpx.Client, path: str) -> None:
    headers = site.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "'unsafe-eval'" not in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in _scripts(headers["Content-Security-Policy"])
    assert len(headers.get_list("Content-Security-Policy")) == 1


def _scripts(policy: str) -> str:
    return next((part for part in policy.split("; ") if part.startswith("script-src")), "")


def test_answers_of_the_api_are_not_kept_by_caches(site: httpx.Client) -> None:
    assert site.get("/api/v1/config").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_documentation_pages_run_under_their_policy_without_the_internet(
    site: httpx.Client, path: str
) -> None:
    answer = site.get(path)
    policy = answer.headers["Content-Security-Policy"]
    for script in re.findall(r"(?s)<script>(.*?)</script>", answer.text):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in _scripts(policy)
    for address in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert address.startswith(("/", "data:")), address
        if address.startswith("/"):
            assert site.get(address).status_code == 200
    assert re.search(r' on\w+="', answer.text) is None


def test_the_documentation_can_authorize(site: httpx.Client) -> None:
    schemes = site.get("/openapi.json").json()["components"]["securitySchemes"]
    flow = schemes["OAuth2PasswordBearer"]["flows"]["password"]
    assert flow["tokenUrl"] == "/api/v1/auth/token"
    assert {"me", "users:read", "users:write"} <= set(flow["scopes"])


def test_only_the_pages_own_inline_scripts_are_allowed() -> None:
    page = "<script>one()</script><script type=module>two()</script><script src='/x.js'></script>"
    policy = _scripts(page_policy(page))
    assert policy.count("'sha256-") == 2
    assert page_policy("") == page_policy("<p>no script</p>")


def test_the_frontends_inline_scripts_are_allowed_and_https_is_remembered(tmp_path: Any) -> None:
    import asyncio

    (tmp_path / "index.html").write_text("<script>theme()</script>")

    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": b""})

    def headers(*, https: bool) -> dict[bytes, bytes]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        application = SecurityHeaders(page, frontend=tmp_path, docs=(), https=https)
        asyncio.run(application({"type": "http", "path": "/"}, None, send))  # type: ignore[arg-type]
        return dict(sent[0]["headers"])

    assert b"sha256-" in headers(https=False)[b"content-security-policy"]
    assert b"strict-transport-security" not in headers(https=False)
    assert b"max-age=31536000" in headers(https=True)[b"strict-transport-security"]


def test_a_further_origin_may_read_answers_with_cookies(
    settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.core.application import create_app
    from dovetail.testclient import TestClient

    settings(frontend_origins=("https://app.example.com",))
    client = TestClient(create_app())
    ours = client.get("/api/v1/config", headers={"Origin": "https://app.example.com"})
    assert ours.headers["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert ours.headers["Access-Control-Allow-Credentials"] == "true"
    other = client.get("/api/v1/config", headers={"Origin": "https://evil.example.com"})
    assert "Access-Control-Allow-Origin" not in other.headers
