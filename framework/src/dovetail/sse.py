"""Server-sent events (WHATWG HTML, section 9.2): the event, its wire format, the response."""

import re
from typing import Annotated, Any, Final, Self

from annotated_doc import Doc
from pydantic import AfterValidator, BaseModel, Field, model_validator
from starlette.responses import StreamingResponse

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
# str.splitlines() would also split at characters that the specification keeps in a line.

KEEPALIVE_COMMENT: Final = b": ping\n\n"
"""Sent while a stream is idle, so that proxies do not take the connection for dead."""

_PING_INTERVAL: float = 15.0

_SSE_EVENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "data": {"type": "string"},
        "event": {"type": "string"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    },
}
"""JSON Schema of one event as the OpenAPI document shows it."""


class EventSourceResponse(StreamingResponse):
    """A `text/event-stream`: the `response_class` of an operation that yields events."""

    media_type = "text/event-stream"


def _one_line_event(value: str | None) -> str | None:
    return _require_one_line("event", value)


def _one_line_id(value: str | None) -> str | None:
    if value and "\0" in value:
        raise ValueError("SSE 'id' must not contain a null character")
    return _require_one_line("id", value)


def _require_one_line(field: str, value: str | None) -> str | None:
    if value and _LINE_END.search(value):
        raise ValueError(f"SSE '{field}' must be a single line")
    return value


class ServerSentEvent(BaseModel):
    """One event of a stream, yielded by an operation whose response class is `EventSourceResponse`.

    Anything else that such an operation yields is sent as JSON in an event that has only data.
    Raises `ValueError` if both `data` and `raw_data` are given, or a field can't be sent.
    """

    data: Annotated[
        Any, Doc('Payload, sent as JSON; a string too: `"hi"` is sent with its quotes.')
    ] = None
    raw_data: Annotated[str | None, Doc("Payload that is sent as it is, instead of `data`.")] = None
    event: Annotated[
        str | None,
        AfterValidator(_one_line_event),
        Doc("Type of the event, one line; browsers take a missing one for `message`."),
    ] = None
    id: Annotated[
        str | None,
        AfterValidator(_one_line_id),
        Doc("Identifier, one line; a browser that reconnects sends it as `Last-Event-ID`."),
    ] = None
    retry: Annotated[
        int | None,
        Field(ge=0),
        Doc("Milliseconds after which a browser that lost the connection tries again."),
    ] = None
    comment: Annotated[str | None, Doc("Text for people who read the stream; not an event.")] = None

    @model_validator(mode="after")
    def _has_one_payload(self) -> Self:
        if self.data is not None and self.raw_data is not None:
            raise ValueError("Cannot set both 'data' (sent as JSON) and 'raw_data' (sent as it is)")
        return self


def format_sse_event(
    *,
    data_str: Annotated[str | None, Doc("The data, already a string; may have many lines.")] = None,
    event: Annotated[str | None, Doc("Type of the event.")] = None,
    id: Annotated[str | None, Doc("Identifier of the event.")] = None,  # noqa: A002 (its name)
    retry: Annotated[int | None, Doc("Milliseconds before reconnecting.")] = None,
    comment: Annotated[str | None, Doc("Comment; may have many lines.")] = None,
) -> bytes:
    """Return an event in wire format, with the blank line that ends it.

    `format_sse_event(data_str="a\\nb", id="1")` gives `b"data: a\\ndata: b\\nid: 1\\n\\n"`.
    """
    text = ""
    if comment is not None:
        text = _field("", comment)
    if event is not None:
        text += f"event: {event}\n"
    if data_str is not None:
        text += _field("data", data_str)
    if id is not None:
        text += f"id: {id}\n"
    if retry is not None:
        text += f"retry: {retry}\n"
    return f"{text}\n".encode()


def _field(name: str, value: str) -> str:
    return "".join(f"{name}: {line}\n" for line in _LINE_END.split(value))
