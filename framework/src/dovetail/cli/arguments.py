"""The command line of `dovetail`."""

import argparse
import os
from pathlib import Path

from dovetail import __version__
from dovetail.cli.explain import print_plans
from dovetail.cli.routes import print_routes
from dovetail.cli.serve import serve

_TARGET_HELP = (
    "the application: an import string (app.main:app), a Python file or a package; by default "
    "main.py, app.py or api.py, here or in app/"
)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; what it returns has the command's function in `run`."""
    parser = argparse.ArgumentParser(
        prog="dovetail", description="Serve and inspect Dovetail applications."
    )
    parser.add_argument("--version", action="version", version=f"dovetail {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", required=True)
    dev = commands.add_parser("dev", help="serve for development, reloading on changes")
    _add_server_options(dev, host="127.0.0.1", reload=True)
    run = commands.add_parser("run", help="serve for production")
    _add_server_options(run, host="0.0.0.0", reload=False)  # noqa: S104 (as containers need)
    routes = commands.add_parser("routes", help="list what the application answers")
    _add_target(routes)
    routes.set_defaults(run=print_routes)
    explain = commands.add_parser("explain", help="show the compiled plans of path operations")
    _add_target(explain)
    explain.add_argument("route", nargs="?", metavar="PATH", help="only this path: /items/{id}")
    explain.set_defaults(run=print_plans)
    return parser


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", metavar="APP", help=_TARGET_HELP)
    parser.add_argument("--app", metavar="NAME", help="variable that holds the application")


def _add_server_options(parser: argparse.ArgumentParser, *, host: str, reload: bool) -> None:
    add = parser.add_argument
    add("path", nargs="?", metavar="APP", help=_TARGET_HELP)
    add("--app", metavar="NAME", help="variable that holds the application")
    add("-e", "--entrypoint", metavar="MODULE:NAME", help="the application as an import string")
    add("--host", default=host, help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=_default_port(), help="default: $PORT, else 8000")
    add(
        "--reload",
        action=argparse.BooleanOptionalAction,
        default=reload,
        help=f"restart when a file changes (default: {'yes' if reload else 'no'})",
    )
    add("--reload-dir", action="append", type=Path, default=[], help="folder to watch; repeatable")
    add("--workers", type=int, help="number of processes")
    add("--root-path", default="", help="path that a proxy in front strips")
    add(
        "--proxy-headers",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="believe X-Forwarded-* headers of trusted proxies (default: yes)",
    )
    add("--forwarded-allow-ips", help="trusted proxies, comma-separated; * trusts all")
    add("-v", "--verbose", action="store_true", help="log in detail")
    parser.set_defaults(run=serve)


def _default_port() -> str:
    return os.environ.get("PORT", "8000")


def _port(text: str) -> int:
    if text.isdecimal() and 0 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
