"""One's own items."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest


@pytest.fixture
def api(user: Any, log_in: Callable[..., httpx.Client]) -> httpx.Client:
    return log_in(user)


def create(api: httpx.Client, title: str = "A title", **fields: object) -> dict[str, Any]:
    answer = api.post("/items", json={"title": title, **fields})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def test_an_item_is_created_read_changed_and_deleted(api: httpx.Client, user: Any) -> None:
    item = create(api, "  First  ", description="Text")
    assert (item["title"], item["description"]) == ("First", "Text")
    assert item["owner_id"] == str(user.id)
    path = f"/items/{item['id']}"
    assert api.get(path).json() == item

    changed = api.patch(path, json={"title": "Second"})
    assert changed.status_code == 200
    assert changed.json()["title"] == "Second"
    assert changed.json()["description"] == "Text"
    assert changed.json()["updated_at"] > item["updated_at"]
    assert api.patch(path, json={"description": None}).json()["description"] is None

    assert api.delete(path).status_code == 204
    gone = api.get(path)
    assert gone.status_code == 404
    assert gone.json() == {"detail": "There is no such item.", "code": "item_not_found"}


def test_pages_are_newest_first_and_miss_nothing(api: httpx.Client) -> None:
    titles = [f"item {number}" for number in range(7)]
    for title in titles:
        create(api, title)
    seen, cursor = [], None
    for _ in range(3):
        page = api.get("/items", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
        seen += [item["title"] for item in page.json()["data"]]
        cursor = page.json()["next_cursor"]
    assert seen == titles[::-1]
    assert cursor is None


def test_a_full_last_page_has_no_next_one(api: httpx.Client) -> None:
    for number in range(3):
        create(api, f"item {number}")
    assert api.get("/items", params={"limit": 3}).json()["next_cursor"] is None


def test_rows_added_while_paging_shift_nothing(api: httpx.Client) -> None:
    for number in range(4):
        create(api, f"item {number}")
    first = api.get("/items", params={"limit": 2}).json()
    create(api, "new")
    second = api.get("/items", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["title"] for item in second["data"]] == ["item 1", "item 0"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("APPLE", ["an apple"]),
        ("100%", ["100% wool"]),
        ("a_b", ["a_b"]),
        ("\\", ["back\\slash"]),
        ("none", []),
        ("", ["back\\slash", "a_b", "100% wool", "an apple"]),
    ],
)
def test_search_takes_text_literally(api: httpx.Client, search: str, found: list[str]) -> None:
    for title in ("an apple", "100% wool", "a_b", "back\\slash"):
        create(api, title)
    data = api.get("/items", params={"q": search}).json()["data"]
    assert [item["title"] for item in data] == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": -1}, "limit"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": 10**30}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "é" * 22}, "cursor"),
        ({"cursor": "A" * 23}, "cursor"),
        ({"cursor": "AAAAAAAAAAAAAAAAAAAAAB"}, "cursor"),
        ({"cursor": "\x00"}, "cursor"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "a" * 256}, "q"),
    ],
)
def test_a_bad_query_is_refused_by_name(
    api: httpx.Client, query: dict[str, Any], field: str
) -> None:
    answer = api.get("/items", params=query)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["query", field]]


BAD_FIELDS = [
    ({"title": None}, "title"),
    ({"title": ""}, "title"),
    ({"title": "   "}, "title"),
    ({"title": "a" * 256}, "title"),
    ({"title": "a\x00b"}, "title"),
    ({"title": 7}, "title"),
    ({"title": "ok", "description": "a" * 2001}, "description"),
    ({"title": "ok", "description": "\x00"}, "description"),
    ({"title": "ok", "owner_id": str(uuid4())}, "owner_id"),
    ({"title": "ok", "id": str(uuid4())}, "id"),
]


@pytest.mark.parametrize(("body", "field"), [*BAD_FIELDS, ({}, "title")])
def test_a_bad_new_item_is_refused_by_name(
    api: httpx.Client, body: dict[str, Any], field: str
) -> None:
    answer = api.post("/items", json=body)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]


@pytest.mark.parametrize(("body", "field"), BAD_FIELDS)
def test_a_bad_change_is_refused_by_name(
    api: httpx.Client, body: dict[str, Any], field: str
) -> None:
    item = create(api)
    answer = api.patch(f"/items/{item['id']}", json=body)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", field]]
    assert api.get(f"/items/{item['id']}").json() == item


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"title": "\\ud800"}'])
def test_a_broken_body_is_no_server_error(api: httpx.Client, body: bytes) -> None:
    answer = api.post("/items", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text


def test_a_body_that_is_no_text_is_no_server_error(api: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.post("/items", content=b'{"title": "\xff"}', headers=headers)
    assert answer.status_code in {400, 422}, answer.text


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("key", ["7", "null", "%00", "not-a-uuid"])
def test_a_key_that_is_none_is_refused_by_name(api: httpx.Client, method: str, key: str) -> None:
    answer = api.request(method, f"/items/{key}", json={"title": "x"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["path", "item_id"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_what_belongs_to_others_is_not_found(
    api: httpx.Client,
    make_user: Callable[..., Any],
    log_in: Callable[..., httpx.Client],
    method: str,
) -> None:
    item = create(api)
    stranger = log_in(make_user("stranger@example.com", is_superuser=True))
    answer = stranger.request(method, f"/items/{item['id']}", json={"title": "mine now"})
    assert answer.status_code == 404
    assert stranger.get("/items").json()["data"] == []
    assert api.get(f"/items/{item['id']}").json() == item


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/items", "items:read"),
        ("POST", "/items", "items:write"),
        ("GET", f"/items/{uuid4()}", "items:read"),
        ("PATCH", f"/items/{uuid4()}", "items:write"),
        ("DELETE", f"/items/{uuid4()}", "items:write"),
    ],
)
def test_each_operation_needs_its_scope(
    client: httpx.Client,
    user: Any,
    log_in: Callable[..., httpx.Client],
    method: str,
    path: str,
    scope: str,
) -> None:
    body = {"title": "x"}
    anonymous = client.request(method, path, json=body)
    assert anonymous.status_code == 401
    assert anonymous.headers["WWW-Authenticate"] == f'Bearer scope="{scope}"'

    other = "items:read" if scope == "items:write" else "items:write"
    lacking = log_in(user, f"me {other}").request(method, path, json=body)
    assert lacking.status_code == 403
    assert lacking.json()["code"] == "insufficient_scope"
    assert scope in lacking.headers["WWW-Authenticate"]

    allowed = log_in(user, scope).request(method, path, json=body)
    assert allowed.status_code in {200, 201, 404}


def test_the_list_uses_an_index(db: Any) -> None:
    db.execute("SET enable_seqscan = off")
    plan = db.rows(
        "EXPLAIN SELECT * FROM items WHERE owner_id = %s ORDER BY id DESC LIMIT 21", uuid4()
    )
    db.execute("RESET enable_seqscan")
    text = "\n".join(row[0] for row in plan)
    assert "ix_items_owner_id_id" in text
    assert "Sort" not in text
