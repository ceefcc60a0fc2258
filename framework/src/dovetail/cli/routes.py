"""`dovetail routes`: what the application answers, as a table."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from starlette.routing import BaseRoute, Host, Mount, WebSocketRoute

from dovetail.cli.discover import find_target

Row = tuple[str, str, str]


def print_routes(options: argparse.Namespace) -> int:
    """Print method, path and function of each route, in the order in which they are tried."""
    app = find_target(options.target, name=options.app).load()
    rows = [("METHOD", "PATH", "NAME"), *route_rows(app.routes)]
    sys.stdout.write(as_table(rows))
    return 0


def route_rows(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[Row]:
    """Yield the rows of `routes`, those of mounted applications with their whole path."""
    from dovetail.routing import iter_route_contexts

    for context in iter_route_contexts(list(routes)):
        route: Any = context.original_route
        path = f"{prefix}{context.path or ''}"
        if isinstance(route, (Mount, Host)):
            yield from _mounted_rows(route, path)
        elif isinstance(route, WebSocketRoute):
            yield "WEBSOCKET", path, context.name or ""
        else:
            methods = sorted(context.methods or ())
            yield ",".join(methods) or "ANY", path, context.name or ""


def _mounted_rows(route: Mount | Host, path: str) -> Iterator[Row]:
    inner = list(route.routes or ())
    if inner:
        yield from route_rows(inner, path)
    else:
        yield "MOUNT", path, route.name or type(route.app).__name__


def as_table(rows: list[Row]) -> str:
    """Return `rows` as lines with aligned columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines)
