"""The mails that were caught, each a file in the format of RFC 5322."""

from __future__ import annotations

import email
import email.policy
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

KEPT = 500


@dataclass(frozen=True)
class Mail:
    """A mail that was caught: its name in the store, and the message."""

    name: str
    message: EmailMessage

    def header(self, name: str) -> str:
        """Return a header's text; empty if the message lacks it."""
        return str(self.message.get(name, ""))

    def body(self, kind: str) -> str | None:
        """Return the text of the body of a kind (`plain` or `html`), or None if there is none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else None


class Store:
    """A folder of mails; it keeps the newest 500."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.count = itertools.count()

    def add(self, content: bytes) -> None:
        """Keep a mail, and forget the oldest where there are too many."""
        now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        path = self.folder / f"{now}-{next(self.count)}.eml"
        # Under another name first, so that no reader sees half of it.
        path.with_suffix(".part").write_bytes(content)
        path.with_suffix(".part").rename(path)
        for old in self.paths()[KEPT:]:
            old.unlink(missing_ok=True)

    def paths(self) -> list[Path]:
        """Return the files, the newest first."""
        return sorted(self.folder.glob("*.eml"), reverse=True)

    def all(self) -> list[Mail]:
        """Return the mails, the newest first."""
        return [self.read(path) for path in self.paths()]

    def find(self, name: str) -> Mail | None:
        """Return the mail of a name, or None."""
        path = next((path for path in self.paths() if path.stem == name), None)
        return self.read(path) if path else None

    @staticmethod
    def read(path: Path) -> Mail:
        """Parse a mail's file."""
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        return Mail(path.stem, message)
