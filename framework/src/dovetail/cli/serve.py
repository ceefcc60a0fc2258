"""`dovetail dev` and `dovetail run`: the application on uvicorn."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dovetail.cli.discover import Target, find_target
from dovetail.cli.errors import CommandError


def serve(options: argparse.Namespace) -> int:
    """Serve until stopped. Raises `CommandError` if that can't begin."""
    target = find_target(options.entrypoint or options.path, name=options.app)
    if find_spec("uvicorn") is None:
        raise CommandError("uvicorn is not installed: pip install 'dovetail[standard]'")
    if options.reload and options.workers:
        raise CommandError("--workers and --reload exclude each other: choose one")
    target.make_importable()
    _announce(target, options)
    import uvicorn

    uvicorn.run(target.import_string, **_settings(options))
    return 0


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "host": options.host,
        "port": options.port,
        "reload": options.reload,
        "reload_dirs": [str(folder) for folder in options.reload_dir] or None,
        "workers": options.workers,
        "root_path": options.root_path,
        "proxy_headers": options.proxy_headers,
        "forwarded_allow_ips": options.forwarded_allow_ips,
        "log_level": "debug" if options.verbose else None,
    }


def _announce(target: Target, options: argparse.Namespace) -> None:
    shown_host = "localhost" if options.host in ("127.0.0.1", "0.0.0.0", "::") else options.host  # noqa: S104
    address = f"http://{shown_host}:{options.port}"
    lines = [f"Serving {target.import_string} at {address}"]
    if options.reload:
        watched = ", ".join(str(folder) for folder in options.reload_dir or [Path.cwd()])
        lines += [f"Documentation at {address}/docs", f"Reloading on changes in {watched}"]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
