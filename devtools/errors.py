"""Errors that are told to the user instead of shown as a traceback."""

from __future__ import annotations

from pathlib import Path


class DevError(Exception):
    """The command cannot do its work. Holds what is wrong, and what to do about it."""

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice


class CommandFailed(DevError):
    """A program that was run ended with an error. Holds the end of its output."""

    def __init__(self, title: str, code: int, tail: list[str], log: Path) -> None:
        shown = "".join(f"\n    {line}" for line in tail)
        super().__init__(f"{title} failed (exit code {code}){shown}", f"All of its output: {log}")
        self.code = code
        self.tail = tail
