"""The kinds of request that are compared: each with the answer that all peers must give."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks import payloads
from benchmarks.messages import Answer, Conversation, Request, json_request


@dataclass(frozen=True)
class Shape:
    """One kind of request. A peer serves it by a function named `key` that returns an application.

    `budget` is how many times faster than FastAPI the core aims to be.
    """

    key: str
    title: str
    budget: float
    request: Request | Conversation
    answer: Answer


SEARCH = {
    "text": "walnut",
    "page": 3,
    "size": 50,
    "price_min": 10.5,
    "price_max": 99.0,
    "category": "side-tables",
    "sort": "price",
    "order": "desc",
    "in_stock": True,
    "rating": 4,
}
CONTEXT_HEADERS = (
    ("user-agent", "benchmark/1.0"),
    ("accept-language", "en-GB"),
    ("x-request-id", "0b9a2c4e"),
    ("x-tenant", "17"),
    ("cookie", "session=5f2d7c; theme=dark"),
)
CONTEXT = {
    "user_agent": "benchmark/1.0",
    "accept_language": "en-GB",
    "x_request_id": "0b9a2c4e",
    "x_tenant": 17,
    "session": "5f2d7c",
    "theme": "dark",
}
UPLOAD_TYPE = f"multipart/form-data; boundary={payloads.BOUNDARY}"
UPLOADED = {"title": "Plan", "filename": "plan.bin", "size": payloads.FILE_SIZE}
TEXTS = tuple(f"message {number}" for number in range(10))
WRAPPED = {"x-first": "1", "x-second": "2", "x-third": "3"}

SHAPES = (
    Shape("hello", "dict", 12, Request("/"), Answer(200, {"message": "Hello, world"})),
    Shape(
        "path_query",
        "path and query parameter",
        12,
        Request("/items/42", query="q=needle"),
        Answer(200, {"item_id": 42, "q": "needle"}),
    ),
    Shape(
        "ten_queries",
        "ten constrained query parameters",
        12,
        Request("/search", query=urlencode({**SEARCH, "in_stock": "true"})),
        Answer(200, SEARCH),
    ),
    Shape(
        "headers_cookies",
        "headers and cookies",
        12,
        Request("/context", headers=CONTEXT_HEADERS),
        Answer(200, CONTEXT),
    ),
    Shape(
        "model",
        "five-field model in and out",
        8,
        json_request("/items", payloads.ITEM),
        Answer(200, payloads.ITEM),
    ),
    Shape(
        "nested_models",
        "1,000 nested models in and out",
        2,
        json_request("/orders", payloads.orders()),
        Answer(200, payloads.orders()),
    ),
    Shape(
        "objects",
        "100 response models from objects",
        2,
        Request("/records"),
        Answer(200, payloads.records()),
    ),
    Shape(
        "async_dependencies",
        "ten nested async dependencies",
        12,
        Request("/"),
        Answer(200, {"value": 10}),
    ),
    Shape(
        "yield_dependencies", "ten yield dependencies", 8, Request("/"), Answer(200, {"value": 45})
    ),
    Shape(
        "sync", "sync path operation", 2.5, Request("/"), Answer(200, {"message": "Hello, world"})
    ),
    Shape(
        "sync_dependencies", "ten sync dependencies", 8, Request("/"), Answer(200, {"value": 45})
    ),
    Shape(
        "scopes",
        "bearer token, scopes on three levels",
        12,
        Request("/me", headers=(("authorization", f"Bearer {payloads.TOKEN}"),)),
        Answer(200, payloads.USER),
    ),
    Shape(
        "upload",
        "form with a 100 KiB file",
        2,
        Request("/upload", "POST", "", (("content-type", UPLOAD_TYPE),), payloads.upload()),
        Answer(200, UPLOADED),
    ),
    Shape(
        "last_route",
        "last of 500 routes in 50 nested routers",
        12,
        Request("/api/group49/thing9/42"),
        Answer(200, {"group": 49, "thing": 9, "item_id": 42}),
    ),
    Shape(
        "middleware",
        "three middleware",
        8,
        Request("/"),
        Answer(200, {"message": "Hello, world"}, headers=WRAPPED),
    ),
    Shape(
        "events",
        "1,000 server-sent events",
        2,
        Request("/events"),
        Answer(200, payloads.events(), "text/event-stream"),
    ),
    Shape(
        "websocket",
        "WebSocket: ten echoes",
        2,
        Conversation("/echo", TEXTS),
        Answer(101, list(TEXTS), "websocket"),
    ),
    Shape(
        "overrides",
        "an unrelated dependency override",
        12,
        Request("/"),
        Answer(200, {"value": 10}),
    ),
    Shape(
        "invalid",
        "422",
        8,
        json_request("/items", payloads.INVALID_ITEM),
        Answer(422, payloads.INVALID_ANSWER),
    ),
)
BY_KEY = {shape.key: shape for shape in SHAPES}


def number_of(shape: Shape) -> int:
    """Return a shape's number in the table, from 1."""
    return SHAPES.index(shape) + 1


def choose(names: str) -> list[Shape]:
    """Return the shapes of a comma-separated list of keys and numbers; all if it is empty.

    Raises ValueError that names what is not known.
    """
    chosen = []
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name.isdigit() and 1 <= int(name) <= len(SHAPES):
            chosen.append(SHAPES[int(name) - 1])
        elif name in BY_KEY:
            chosen.append(BY_KEY[name])
        else:
            raise ValueError(f"no shape {name!r}; there are 1–{len(SHAPES)} or {', '.join(BY_KEY)}")
    return chosen or list(SHAPES)
