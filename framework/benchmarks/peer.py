"""The frameworks that are compared."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Peer:
    """A framework under comparison.

    `module` is its file in `peers/`; `stands_for` the package that the file's imports of `fastapi`
    are exchanged for; `asgi` tells whether it can be called without its own server; `alone`
    whether a process can hold one application of it only (Sanic rewrites its own methods for one).
    """

    name: str
    distribution: str
    module: str
    stands_for: str | None = None
    asgi: bool = True
    alone: bool = False


CORE = "dovetail"
BASE = "fastapi"
RAW = "raw"
FOUNDATION = "starlette"
PEERS = (
    Peer(CORE, "dovetail", "typed", stands_for="dovetail"),
    Peer(BASE, "fastapi", "typed"),
    Peer("starlette", "starlette", "starlette"),
    Peer("litestar", "litestar", "litestar"),
    Peer("litestar-msgspec", "msgspec", "litestar_msgspec"),
    Peer("blacksheep", "blacksheep", "blacksheep"),
    Peer("falcon", "falcon", "falcon"),
    Peer("sanic", "sanic", "sanic", alone=True),
    Peer("robyn", "robyn", "robyn", asgi=False),
    Peer(RAW, "pydantic", "raw"),
)
BY_NAME = {peer.name: peer for peer in PEERS}


def choose(names: str) -> list[Peer]:
    """Return the peers of a comma-separated list; all if it is empty.

    Raises ValueError that names what is not known.
    """
    chosen = []
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name not in BY_NAME:
            raise ValueError(f"no peer {name!r}; there are {', '.join(BY_NAME)}")
        chosen.append(BY_NAME[name])
    return chosen or list(PEERS)


def load(peer: Peer) -> ModuleType:
    """Import a peer's file. Raises ImportError if the framework is not there."""
    name = f"benchmarks.peers.{peer.module}"
    if peer.stands_for is None:
        return importlib.import_module(name)
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"no module {name}")
    return load_exchanged(f"{name}_{peer.stands_for}", Path(spec.origin), peer.stands_for)


def load_exchanged(name: str, path: Path, package: str) -> ModuleType:
    """Import the file `path` as module `name`, with `package` wherever it imports `fastapi`."""
    tree = ast.parse(path.read_text("utf-8"), str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            first, dot, rest = node.module.partition(".")
            if first == "fastapi":
                node.module = f"{package}{dot}{rest}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    code = compile(tree, str(path), "exec", dont_inherit=True)  # the future imports of this file
    exec(code, module.__dict__)  # noqa: S102 - our own file
    return module


def builder(module: ModuleType, key: str) -> Callable[[], Any] | None:
    """Return the function that makes the application of a shape, if the peer expresses it."""
    found: Callable[[], Any] | None = getattr(module, key, None)
    return found if callable(found) and not isinstance(found, type) else None
