"""The built frontend, served on the API's origin."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.core.settings import get_settings

PAGE = "<!doctype html><script>theme()</script><div id=root></div>"


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory, server: Any) -> Callable[..., httpx.Response]:
    from app.core.application import create_app

    folder = tmp_path_factory.mktemp("dist")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "app.js").write_text("start()")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(get_settings(), "frontend_directory", folder)
        application = create_app()

    def get(path: str, **headers: str) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(application)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(send())

    return get


@pytest.mark.parametrize("path", ["/", "/login", "/users/7"])
def test_pages_of_the_browsers_router_are_the_one_page(
    get: Callable[..., httpx.Response], path: str
) -> None:
    answer = get(path, Accept="text/html")
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert "'sha256-" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_its_files_are_served(get: Callable[..., httpx.Response]) -> None:
    answer = get("/assets/app.js")
    assert (answer.status_code, answer.text) == (200, "start()")
    assert "javascript" in answer.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1", "/api/v2/items"])
@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*"])
def test_the_api_never_answers_with_the_page(
    get: Callable[..., httpx.Response], path: str, accept: str
) -> None:
    answer = get(path, Accept=accept)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/%2e%2e/pyproject.toml", "/assets/none.js"]
)
def test_nothing_else_is_served(get: Callable[..., httpx.Response], path: str) -> None:
    answer = get(path)
    assert answer.status_code == 404 or answer.text == PAGE


def test_the_api_and_its_documentation_come_first(get: Callable[..., httpx.Response]) -> None:
    assert get("/api/v1/config").json()["project_name"]
    assert "swagger" in get("/docs").text
    assert get("/openapi.json").json()["openapi"]
