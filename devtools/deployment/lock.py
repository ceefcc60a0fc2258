"""One deploy at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from devtools.errors import DevError
from devtools.paths import PRIVATE


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock of deploys for the block. Raises DevError if another process has it."""
    PRIVATE.mkdir(exist_ok=True)
    with (PRIVATE / "deploy.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DevError("another deploy, rollback or restore is under way here") from None
        yield
