"""The command `dovetail`: `dev`, `run`, `routes`, `explain`."""

import sys
from collections.abc import Sequence

from dovetail.cli.errors import CommandError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: those of the process) name; return its status.

    0 is success, 1 a command that could not do its work. Wrong usage exits with 2.
    """
    from dovetail.cli.arguments import make_parser

    options = make_parser().parse_args(arguments)
    # What the serving commands print is a log; what the others print may be piped.
    complaints = sys.stdout if options.command in ("dev", "run") else sys.stderr
    try:
        status: int = options.run(options)
    except CommandError as error:
        complaints.write(f"{error}\n")
        return 1
    return status
