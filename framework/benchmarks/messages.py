"""What a benchmark sends and what it gets: plain data, the same for every peer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CHUNK = 64 * 1024
"""Bytes per body message: what a server reads from a socket at once."""


@dataclass(frozen=True)
class Request:
    """One HTTP request. `headers` are as a server passes them on: names in lower case."""

    path: str
    method: str = "GET"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def all_headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of the request, with those that every client sends."""
        length = (("content-length", str(len(self.body))),) if self.body else ()
        return (("host", "127.0.0.1:8000"), ("accept", "*/*"), *self.headers, *length)

    @property
    def target(self) -> str:
        """The path with the query string, as in a request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def chunks(self) -> list[bytes]:
        """Return the body as a server would pass it on, in pieces of at most `CHUNK` bytes."""
        return [self.body[start : start + CHUNK] for start in range(0, len(self.body), CHUNK)] or [
            b""
        ]


@dataclass(frozen=True)
class Conversation:
    """A WebSocket session: the texts sent, each of which awaits one text before the next."""

    path: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What came back. `body` is parsed: JSON, the data of each event, or the texts of a session."""

    status: int
    body: Any
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_request(path: str, content: Any, method: str = "POST") -> Request:
    """Return a request with `content` as its JSON body, written without spaces as browsers do."""
    body = json.dumps(content, separators=(",", ":")).encode()
    return Request(path, method, headers=(("content-type", "application/json"),), body=body)


def parse_body(media_type: str, body: bytes) -> Any:
    """Return what a body means: JSON parsed, events as a list of their data parsed, else text."""
    if media_type == "application/json":
        return json.loads(body) if body else None
    text = body.decode()
    if media_type == "text/event-stream":
        return [parse_event(block) for block in text.replace("\r\n", "\n").split("\n\n") if block]
    return text


def parse_event(block: str) -> Any:
    """Return the parsed data of one server-sent event (HTML standard, section 9.2.6)."""
    lines = [line[5:].removeprefix(" ") for line in block.split("\n") if line.startswith("data:")]
    return json.loads("\n".join(lines))


def difference(expected: Answer, given: Answer) -> str | None:
    """Return how `given` differs from `expected` in words, or None if they are alike.

    Only the headers that `expected` names are compared.
    """
    if given.status != expected.status:
        return f"status {given.status} instead of {expected.status}: {shorten(given.body)}"
    if given.media_type != expected.media_type:
        return f"content type {given.media_type!r} instead of {expected.media_type!r}"
    for name, value in expected.headers.items():
        if given.headers.get(name) != value:
            return f"header {name} is {given.headers.get(name)!r} instead of {value!r}"
    if given.body != expected.body:
        return f"body {shorten(given.body)} instead of {shorten(expected.body)}"
    return None


def shorten(value: Any, length: int = 200) -> str:
    """Return `value` as text, cut to `length` characters."""
    text = repr(value)
    return text if len(text) <= length else f"{text[:length]}…"
