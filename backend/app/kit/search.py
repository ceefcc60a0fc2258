"""Searching for text."""

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\%_"})


def containing(text: str) -> str:
    """The pattern for LIKE that finds what contains a text, taken literally."""
    return f"%{text.translate(_SPECIAL)}%"
