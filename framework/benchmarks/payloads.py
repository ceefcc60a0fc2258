"""The data that requests carry and answers hold."""

from __future__ import annotations

from typing import Any

BOUNDARY = "benchmark-boundary-7d93b1"
FILE_SIZE = 100 * 1024
TOKEN = "4f1d0c7e9a"  # noqa: S105 - the key of a table in memory
USER = {"id": 7, "name": "Ada", "email": "ada@example.com"}
ITEM: dict[str, Any] = {
    "name": "Walnut side table",
    "price": 249.5,
    "quantity": 12,
    "available": True,
    "tags": ["wood", "table", "living room"],
}
INVALID_ITEM: dict[str, Any] = {**ITEM, "price": -1.0, "quantity": "many"}
INVALID_ANSWER = {
    "detail": [
        {
            "type": "greater_than",
            "loc": ["body", "price"],
            "msg": "Input should be greater than 0",
            "input": -1.0,
            "ctx": {"gt": 0.0},
        },
        {
            "type": "int_parsing",
            "loc": ["body", "quantity"],
            "msg": "Input should be a valid integer, unable to parse string as an integer",
            "input": "many",
        },
    ]
}


def orders() -> list[dict[str, Any]]:
    """Return 1,000 orders, each with a customer in it."""
    return [
        {
            "number": number,
            "total": number * 1.5,
            "paid": number % 2 == 0,
            "customer": {"id": number * 7, "name": f"Customer {number}", "email": "c@example.com"},
        }
        for number in range(1000)
    ]


def records() -> list[dict[str, Any]]:
    """Return the JSON of 100 records. The objects they are made from: `peers/models.py`."""
    return [
        {
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "title": f"Record {number}",
            "description": None if number % 3 else "Every third one has a description.",
            "owner_id": number // 10,
            "created_at": f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}Z",
        }
        for number in range(100)
    ]


def events() -> list[dict[str, Any]]:
    """Return the data of 1,000 events."""
    return [{"number": number, "text": "tick"} for number in range(1000)]


def upload() -> bytes:
    """Return a multipart form (RFC 7578) with a title and a file of `FILE_SIZE` bytes."""
    title = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nPlan\r\n'
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="plan.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    content = bytes(range(256)) * (FILE_SIZE // 256)
    return title.encode() + head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
