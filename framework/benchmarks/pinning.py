"""Which core runs what: the measured program on one, the load that it is under on another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence


def cores() -> tuple[int | None, int | None]:
    """Return the cores of the server and of the load; None where pinning is not possible.

    With one core only, both are on it, and figures over HTTP say less.
    """
    if not hasattr(os, "sched_getaffinity") or shutil.which("taskset") is None:
        return None, None
    available = sorted(os.sched_getaffinity(0))
    return available[0], available[-1]


def pinned(command: Sequence[str], core: int | None) -> list[str]:
    """Return `command`, held to one core (by taskset of util-linux)."""
    return list(command) if core is None else ["taskset", "--cpu-list", str(core), *command]
