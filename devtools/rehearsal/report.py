"""The report of a rehearsal: each step, how long it took, and what was seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from devtools.errors import DevError
from devtools.progress import say, seconds, step


class Unexpected(DevError):
    """Something is not as it must be."""


def expect(true: object, problem: str) -> None:
    """Raise Unexpected, with what is wrong, unless something holds."""
    if not true:
        raise Unexpected(problem)


@dataclass
class Report:
    """Runs steps in order and keeps what they saw."""

    title: str
    lines: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def run(self, title: str, action: Callable[[], str]) -> None:
        """Run one step. What it returns is what was seen; what it raises ends the rehearsal."""
        began = time.monotonic()
        try:
            with step(title):
                seen = action()
        except Exception as error:
            self.note(title, began, f"**failed**: {error}")
            raise
        self.note(title, began, seen)
        say(f"    {seen}")

    def note(self, title: str, began: float, seen: str) -> None:
        """Keep one line of the report."""
        cell = seen.strip().replace("|", "\\|").replace("\n", "<br>")
        self.lines.append(f"| {title} | {seconds(time.monotonic() - began)} | {cell} |")

    def write(self, path: Path) -> None:
        """Write the report as Markdown."""
        total = seconds(time.monotonic() - self.started)
        head = [f"# {self.title}", "", f"{time.strftime('%Y-%m-%d')}, {total} in all.", ""]
        table = ["| step | time | seen |", "|---|---|---|", *self.lines]
        path.write_text("\n".join([*head, *table]) + "\n", "utf-8")
