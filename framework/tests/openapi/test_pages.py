"""The documentation pages, which need nothing from elsewhere."""

import re

import pytest
from tests.kit import client

from dovetail import Dovetail
from dovetail.openapi import assets as assets_module
from dovetail.openapi.assets import assets
from dovetail.openapi.docs import (
    get_redoc_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)

LINKED = re.compile(r'(?:src|href)="([^"]+)"')


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
@pytest.mark.parametrize("root_path", ["", "/behind/a/proxy"])
def test_everything_on_a_page_is_served_by_the_application(app, path, root_path):
    """A page is not blank where there is no internet."""
    http = client(app, root_path=root_path)
    page = http.get(root_path + path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert not re.search(r"https?://", page.text.replace("http://www.w3.org/2000/svg", ""))
    links = [link for link in LINKED.findall(page.text) if not link.startswith("data:")]
    assert links
    for link in links:
        assert link.startswith(f"{root_path}{path}/_assets/")
        asset = http.get(link)
        assert asset.status_code == 200
        assert len(asset.content) > 10_000
        assert "immutable" in asset.headers["cache-control"]
    assert f"{root_path}/openapi.json" in page.text


def test_assets_that_do_not_exist(app):
    assert client(app).get("/docs/_assets/none.js").status_code == 404


def test_without_the_package_of_assets_a_public_one_is_used(monkeypatch):
    monkeypatch.setattr(assets_module, "find_spec", lambda name: None)
    assets.cache_clear()
    try:
        app = Dovetail()
        assert "https://cdn.jsdelivr.net/npm/swagger-ui-dist" in client(app).get("/docs").text
        assert "https://cdn.jsdelivr.net/npm/redoc" in client(app).get("/redoc").text
        assert client(app).get("/docs/_assets/x").status_code == 404
    finally:
        assets.cache_clear()


def test_urls_can_be_changed_or_left_out():
    app = Dovetail(openapi_url="/api.json", docs_url="/swagger", redoc_url=None)
    http = client(app)
    assert "/api.json" in http.get("/swagger").text
    assert http.get("/api.json").status_code == 200
    assert [http.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


def test_without_a_document_there_are_no_pages():
    http = client(Dovetail(openapi_url=None))
    statuses = {http.get(path).status_code for path in ("/openapi.json", "/docs", "/redoc")}
    assert statuses == {404}


def test_the_login_of_swagger_ui(app):
    http = client(app)
    assert "oauth2RedirectUrl: window.location.origin + '/docs/oauth2-redirect'" in (
        http.get("/docs").text
    )
    assert "swaggerUIRedirectOauth2" in http.get("/docs/oauth2-redirect").text
    plain = client(Dovetail(swagger_ui_oauth2_redirect_url=None))
    assert "oauth2RedirectUrl" not in plain.get("/docs").text
    assert plain.get("/docs/oauth2-redirect").status_code == 404


def test_settings_of_swagger_ui():
    app = Dovetail(
        title="A & B",
        swagger_ui_parameters={"deepLinking": False, "syntaxHighlight": {"theme": "</script>"}},
        swagger_ui_init_oauth={"clientId": "me"},
    )
    page = client(app).get("/docs").text
    assert "<title>A &amp; B - Swagger UI</title>" in page
    assert '"deepLinking": false' in page
    assert '"dom_id": "#swagger-ui"' in page
    assert '</script>"' not in page
    assert 'ui.initOAuth({"clientId": "me"})' in page


def test_pages_made_by_hand():
    page = bytes(get_swagger_ui_html(openapi_url="/it's\"", title="<T>").body).decode()
    assert "<title>&lt;T&gt;</title>" in page
    assert "url: '/it\\'s\"'," in page
    page = bytes(get_redoc_html(openapi_url="/o", title="T").body).decode()
    assert "fonts.googleapis.com" in page
    page = bytes(get_redoc_html(openapi_url="/o", title="T", with_google_fonts=False).body).decode()
    assert "fonts.googleapis.com" not in page
    assert b"<script>" in bytes(get_swagger_ui_oauth2_redirect_html().body)


@pytest.mark.parametrize("in_servers", [True, False])
def test_the_root_path_is_a_server_of_the_document(in_servers):
    app = Dovetail(servers=[{"url": "/v1"}], root_path_in_servers=in_servers)
    expected = [{"url": "/v1"}]
    assert client(app).get("/openapi.json").json()["servers"] == expected
    behind = client(app, root_path="/api").get("/api/openapi.json").json()["servers"]
    assert behind == ([{"url": "/api"}, *expected] if in_servers else expected)
    # A server that is listed already is not listed again, and one request leaves no trace.
    same = client(app, root_path="/v1").get("/v1/openapi.json").json()["servers"]
    assert same == expected
    assert client(app).get("/openapi.json").json()["servers"] == expected
