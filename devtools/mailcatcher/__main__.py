"""`python -m devtools.mailcatcher --smtp-port 1025 --http-port 8025 --folder .dev/mail`."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from devtools.mailcatcher.store import Store
from devtools.mailcatcher.web import serve


class Catcher:
    """Takes every mail and keeps it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(  # noqa: N802  (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one mail (RFC 5321, section 4.1.1.4)."""
        content = envelope.original_content or b""
        self.store.add(content)
        print("caught a mail to", ", ".join(envelope.rcpt_tos), flush=True)
        return "250 Kept"


def main() -> None:
    """Serve SMTP and HTTP until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m devtools.mailcatcher")
    parser.add_argument("--smtp-port", type=int, default=1025)
    parser.add_argument("--http-port", type=int, default=8025)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--folder", type=Path, default=Path(".dev/mail"))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    store = Store(options.folder)
    controller = Controller(Catcher(store), hostname=options.host, port=options.smtp_port)
    controller.start()
    print(f"mail is shown at http://localhost:{options.http_port}", flush=True)
    try:
        serve(store, options.http_port, options.host).serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
