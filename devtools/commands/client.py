"""Generate the frontend's client from the API: ./dev client [--check]

--check changes nothing and fails if the client in `frontend/src/client` is out of date.
"""

from __future__ import annotations

import argparse

from devtools import client, prepare
from devtools.errors import DevError
from devtools.progress import say


def run(arguments: list[str]) -> int:
    """Generate the client in place, or compare it with what would be generated."""
    parser = argparse.ArgumentParser(prog="./dev client", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only tell whether it is up to date")
    options = parser.parse_args(arguments)
    client.demand_frontend()
    prepare.everything(build=False)
    if not options.check:
        client.generate(client.FOLDER)
        say("The client in frontend/src/client is up to date.")
        return 0
    if stale := client.differences():
        raise DevError(
            "the frontend's client is out of date: " + ", ".join(stale),
            "Run `./dev client`, and commit what it writes.",
        )
    say("The client is up to date.")
    return 0
