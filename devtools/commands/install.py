"""Install what the project needs (every other command does it by itself)."""

from __future__ import annotations

import argparse

from devtools import prepare
from devtools.progress import say


def run(arguments: list[str]) -> int:
    """Install Python and frontend packages and build the frontend."""
    parser = argparse.ArgumentParser(prog="./dev install", description=__doc__)
    parser.parse_args(arguments)
    prepare.everything()
    say("Everything is installed.")
    return 0
