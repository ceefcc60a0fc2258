"""A pure ASGI middleware, as an application would bring along: it adds a header to each answer."""

from __future__ import annotations

from typing import Any

from benchmarks.driver import App, Message, Receive, Send


class HeaderMiddleware:
    """Adds one header to every HTTP response."""

    def __init__(self, app: App, name: str, value: str) -> None:
        self.app = app
        self.header = (name.encode(), value.encode())

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Handle a request (ASGI 3.0)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self.header]
            await send(message)

        await self.app(scope, receive, send_with_header)
