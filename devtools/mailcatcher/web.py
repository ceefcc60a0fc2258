"""The web server of the mail catcher. It answers browsers of this machine only."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from devtools.mailcatcher import pages
from devtools.mailcatcher.store import Store

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


class Handler(BaseHTTPRequestHandler):
    """Answers `/` (the list), `/<name>` (one mail) and `/mails.json` (all, for programs)."""

    store: Store

    def do_GET(self) -> None:
        """Answer one request."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in {"localhost", "127.0.0.1"}:
            # Another site's name that leads here could read the mails.
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif self.path == "/":
            self.answer(pages.index(self.store.all()), "text/html")
        elif self.path == "/mails.json":
            self.answer(self.all_as_json(), "application/json")
        elif (mail := self.store.find(self.path[1:])) is not None:
            self.answer(pages.show(mail), "text/html")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def all_as_json(self) -> str:
        """Return all mails as JSON: headers by name, `text` and `html`."""
        return json.dumps(
            [
                {name.lower(): mail.header(name) for name in pages.HEADERS}
                | {"text": mail.body("plain"), "html": mail.body("html")}
                for mail in self.store.all()
            ]
        )

    def answer(self, content: str, kind: str) -> None:
        """Send a page."""
        body = content.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base's name)
        """Say nothing: the page loads itself anew all the time."""


def serve(store: Store, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Return a server of the store's mails on a port of an address. Raises OSError if taken."""
    handler = type("StoreHandler", (Handler,), {"store": store})
    return ThreadingHTTPServer((host, port), handler)
