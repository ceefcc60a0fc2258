"""`dovetail explain`: the compiled plan of each path operation, so what a request costs."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from starlette.routing import BaseRoute, Host, Mount

from dovetail.cli.discover import find_target
from dovetail.cli.errors import CommandError


def print_plans(options: argparse.Namespace) -> int:
    """Print the plans of all path operations, or of those at `options.route`."""
    app = find_target(options.target, name=options.app).load()
    sections = [
        "\n".join([title, *(f"  {line}" for line in description)])
        for path, title, description in described_plans(app.routes)
        if options.route in (None, path)
    ]
    if not sections:
        wanted = f" at {options.route}" if options.route else ""
        raise CommandError(f"The application has no path operation{wanted}")
    sys.stdout.write("\n\n".join(sections) + "\n")
    return 0


def described_plans(
    routes: Iterable[BaseRoute], prefix: str = ""
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield path, title and plan of each operation, those of mounted applications as well."""
    from dovetail._plan.compile import compile_operation, compile_websocket
    from dovetail.routing import APIRoute, APIWebSocketRoute, iter_route_contexts

    for context in iter_route_contexts(list(routes)):
        route: Any = context.original_route
        operation: Any = context
        path = f"{prefix}{context.path or ''}"
        if isinstance(route, APIRoute):
            plan = compile_operation(operation.config(), operation.dependant)
            yield path, f"{','.join(sorted(context.methods or ()))} {path}", plan.description
        elif isinstance(route, APIWebSocketRoute):
            socket_plan = compile_websocket(operation.config(), operation.dependant)
            yield path, f"WEBSOCKET {path}", socket_plan.description
        elif isinstance(route, (Mount, Host)):
            yield from described_plans(route.routes or (), path)
