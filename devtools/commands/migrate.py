"""Write a database migration from the models: ./dev migrate "add a price to items"

The revision holds the difference between the models and the database. Read it before you commit it;
`./dev up` applies it.
"""

from __future__ import annotations

import argparse

from devtools import envfile, install
from devtools.paths import BACKEND
from devtools.processes import call


def run(arguments: list[str]) -> int:
    """Bring the development database up to date, then write the revision."""
    parser = argparse.ArgumentParser(prog="./dev migrate", description=__doc__)
    parser.add_argument("message", help="what the revision does, in a few words")
    message = parser.parse_args(arguments).message
    envfile.ensure()
    install.python_packages()
    command = [install.PYTHON, "-m", "app.core.migrate", "revision", message]
    call("Writing the migration", command, cwd=BACKEND)
    return 0
