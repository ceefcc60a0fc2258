"""The frontend's files are served as they were compressed."""

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.core.compressed import CompressedFiles, accepted_codings

SCRIPT = "console.log('hello')" * 100


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "assets/app-1234.js"):
        path = tmp_path / name
        path.write_text(SCRIPT)
        Path(f"{path}.br").write_bytes(b"as good as brotli")
        Path(f"{path}.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    fallback = Starlette(routes=[Route("/{path:path}", lambda _: PlainTextResponse("passed on"))])
    return TestClient(CompressedFiles(fallback, directory=tmp_path))


def test_best_coding_that_the_client_takes(client: TestClient) -> None:
    answer = client.get("/assets/app-1234.js", headers={"Accept-Encoding": "br;q=0, gzip"})
    assert answer.text == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"
    head = client.head("/assets/app-1234.js", headers={"Accept-Encoding": "gzip, br"})
    assert head.headers["content-encoding"] == "br"


def test_only_files_named_after_their_content_are_kept_without_asking(client: TestClient) -> None:
    gzipped = {"Accept-Encoding": "gzip"}
    assert (
        "immutable" in client.get("/assets/app-1234.js", headers=gzipped).headers["cache-control"]
    )
    assert client.get("/", headers=gzipped).headers["cache-control"] == "no-cache"
    assert client.get("/", headers=gzipped).text == SCRIPT


@pytest.mark.parametrize("accepted", ["identity", "br;q=0", "gzip;q=0.0"])
def test_a_client_that_takes_no_coding_gets_the_file_itself(
    client: TestClient, accepted: str
) -> None:
    answer = client.get("/assets/app-1234.js", headers={"Accept-Encoding": accepted})
    assert answer.text == "passed on"


def test_everything_else_is_passed_on(client: TestClient) -> None:
    assert client.get("/assets/other.js", headers={"Accept-Encoding": "br"}).text == "passed on"
    assert client.get("/assets/app-1234.js.br").text == "passed on"
    assert client.post("/index.html", headers={"Accept-Encoding": "br"}).status_code == 405


def test_accepted_codings() -> None:
    assert accepted_codings("GZIP, br;q=0.5, deflate;q=0") == {"gzip", "br"}
    assert accepted_codings("") == set()
