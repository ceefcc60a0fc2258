"""The settings file `.env`: made from `.env.example`, with secrets, where it is missing."""

from __future__ import annotations

import os
import re
import secrets

from devtools.errors import DevError
from devtools.paths import ENV_EXAMPLE, ENV_FILE
from devtools.progress import say

LINE = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$")
# Names left empty in `.env.example`, and how many random bytes each needs.
SECRETS = {"SECRET_KEY": 48, "FIRST_SUPERUSER_PASSWORD": 15}


def parse(text: str) -> dict[str, str]:
    """Return the settings in the text of a `.env` file, without quotes."""
    found = (LINE.match(line.strip()) for line in text.splitlines())
    return {match[1]: unquote(match[2].strip()) for match in found if match}


def unquote(value: str) -> str:
    """Return a value without the quotes around it, or without the comment behind it."""
    if len(value) >= 2 and value[0] in "\"'" and value.endswith(value[0]):
        return value[1:-1]
    return re.sub(r"\s+#.*$", "", value)


def with_secrets(text: str) -> str:
    """Return the text of `.env.example` with the secrets, left empty there, filled in."""
    for name, size in SECRETS.items():
        line = f"{name}={secrets.token_urlsafe(size)}"
        text = re.sub(rf"^{name}=[ \t]*$", line, text, count=1, flags=re.MULTILINE)
    return text


def ensure() -> dict[str, str]:
    """Return what `.env` sets; make the file, readable by its owner only, if it is missing."""
    if not ENV_FILE.exists():
        try:
            descriptor = os.open(ENV_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(with_secrets(ENV_EXAMPLE.read_text("utf-8")))
        except OSError as error:
            raise DevError(f"cannot make {ENV_FILE}: {error.strerror}") from error
        say("Made .env from .env.example, with secrets of its own.")
    return parse(ENV_FILE.read_text("utf-8"))
