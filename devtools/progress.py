"""Progress on the terminal: a spinner with what is being done, or plain lines elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}


def interactive() -> bool:
    """Tell whether output goes to a terminal that can redraw a line."""
    return sys.stdout.isatty() and os.environ.get("TERM", "") not in {"", "dumb"}


def paint(text: str, *styles: str) -> str:
    """Return `text` with styles (`bold`, `dim`, a colour); as it is without a terminal."""
    if not interactive() or os.environ.get("NO_COLOR"):
        return text
    codes = [{"bold": "1", "dim": "2"}.get(style) or COLOURS[style] for style in styles]
    return f"\x1b[{';'.join(codes)}m{text}\x1b[0m"


def can_show(text: str) -> bool:
    """Tell whether the terminal's encoding has the characters of `text`."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def say(text: str = "") -> None:
    """Print one line at once, also through a pipe."""
    print(text, flush=True)


def seconds(duration: float) -> str:
    """Return a duration for people: `0.4 s`, `12 s`, `3 min 5 s`."""
    if duration < 10:
        return f"{duration:.1f} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Step:
    """One thing being done: a title, and the latest line of output of the program that does it."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail = ""
        self.started = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self.started


class Spinner:
    """Redraws the line of a step until it is stopped."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" if can_show("⠋") else "|/-\\"
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.spin, daemon=True)

    def spin(self) -> None:
        """Draw ten times a second."""
        count = 0
        while not self.stopped.wait(0.1):
            self.draw(self.frames[count % len(self.frames)])
            count += 1

    def draw(self, frame: str) -> None:
        """Draw the line once, cut to the terminal's width."""
        head = f"{frame} {self.step.title} {seconds(self.step.elapsed)}"
        room = shutil.get_terminal_size().columns - len(head) - 3
        detail = printable(self.step.detail)[: max(room, 0)]
        sys.stdout.write(f"\r\x1b[2K{head}  {paint(detail, 'dim')}")
        sys.stdout.flush()

    def stop(self) -> None:
        """Stop drawing and clear the line."""
        self.stopped.set()
        if self.thread.is_alive():
            self.thread.join()
        sys.stdout.write("\r\x1b[2K")
        sys.stdout.flush()


def printable(text: str) -> str:
    """Return `text` without the control characters that would move the cursor."""
    return "".join(character for character in text.strip() if character.isprintable())


def mark(done: bool) -> str:
    """Return the sign in front of a finished step."""
    if done:
        return paint("✓" if can_show("✓") else "ok", "green")
    return paint("✗" if can_show("✗") else "failed", "red")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show that `title` is being done while the block runs, then how long it took."""
    current = Step(title)
    if not interactive():
        say(f"{title} ...")
        yield current
        say(f"{title}: done in {seconds(current.elapsed)}")
        return
    spinner = Spinner(current)
    spinner.thread.start()
    done = False
    try:
        yield current
        done = True
    finally:
        spinner.stop()
        say(f"{mark(done)} {title} {paint(seconds(current.elapsed), 'dim')}")
