"""What is deployed and what was before, remembered in `.env`, where Compose reads it too."""

from __future__ import annotations

import re
from pathlib import Path

from devtools import envfile
from devtools.errors import DevError
from devtools.paths import ENV_FILE

CURRENT = "APP_IMAGE"
PREVIOUS = "APP_IMAGE_PREVIOUS"


def read() -> tuple[str, str]:
    """Return the images of the current and of the previous version; empty where there is none."""
    settings = envfile.ensure()
    return settings.get(CURRENT, ""), settings.get(PREVIOUS, "")


def demand() -> str:
    """Return the image of the current version. Raises DevError where none was deployed."""
    current, _ = read()
    if not current:
        raise DevError("nothing was deployed from here: .env has no APP_IMAGE")
    return current


def write(current: str, previous: str) -> None:
    """Remember both. The file is replaced as a whole, so that a crash leaves the old or the new."""
    text = ENV_FILE.read_text("utf-8")
    for name, value in ((CURRENT, current), (PREVIOUS, previous)):
        text = put(text, name, value)
    scratch = Path(f"{ENV_FILE}.new")
    scratch.touch(mode=0o600)
    scratch.write_text(text, "utf-8")
    scratch.replace(ENV_FILE)


def put(text: str, name: str, value: str) -> str:
    """Return the text of a `.env` file with one setting changed, or added at its end."""
    line = f"{name}={value}"
    changed, count = re.subn(rf"^{name}=.*$", lambda _: line, text, count=1, flags=re.MULTILINE)
    return changed if count else f"{text.rstrip()}\n{line}\n"
