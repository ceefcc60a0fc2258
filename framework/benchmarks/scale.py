"""Measures what 1,000 path operations cost, each time in a new process, the peers in turns."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crew import ROOT, environment_of_worker
from benchmarks.peer import BASE, CORE, FOUNDATION
from benchmarks.pinning import cores, pinned


@dataclass(frozen=True)
class Quantity:
    """Something measured. `share` is the most that the core may take of what FastAPI takes."""

    key: str
    title: str
    unit: str
    factor: float
    share: float


QUANTITIES = (
    Quantity("import", "import of the application class", "ms", 1e3, 0.5),
    Quantity("define", "define 1,000 operations, start, first request", "ms", 1e3, 0.1),
    Quantity("memory", "resident memory then", "MiB", 1 / 2**20, 0.5),
    Quantity("document", "OpenAPI document of 1,000 operations", "ms", 1e3, 1 / 3),
)
PROBES = ("import", "define", "document")
LAST_TO_FIRST = 1.2
"""How many times the first of 1,000 operations the last may cost."""

Figures = dict[str, dict[str, float]]


class ProbeFailed(Exception):
    """A measurement could not be taken; holds the end of what the probe wrote."""


def probe(python: Path, peer: str, what: str) -> dict[str, float]:
    """Take one measurement. Raises ProbeFailed."""
    command = pinned([str(python), "-m", "benchmarks.scale_probe", peer, what], cores()[0])
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=environment_of_worker(), check=False
    )
    if done.returncode != 0:
        raise ProbeFailed(f"{peer}: {done.stderr.strip()[-500:]}")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measure(python: Path, repeats: int, peers: Sequence[str] = (CORE, BASE)) -> Figures:
    """Return per peer the median of each quantity, in seconds of processor time or bytes.

    Of Starlette with Pydantic, which both stand on, the import only.
    Raises ProbeFailed.
    """
    seen: dict[str, dict[str, list[float]]] = {peer: {} for peer in (*peers, FOUNDATION)}
    taken = [*((peer, what) for what in PROBES for peer in peers), (FOUNDATION, "import")]
    for peer in (*peers, FOUNDATION):
        probe(python, peer, "import")  # so that modules are compiled and in the file cache
    for _ in range(repeats):
        for peer, what in taken:
            for key, value in probe(python, peer, what).items():
                seen[peer].setdefault(key, []).append(value)
    return {
        peer: {key: statistics.median(values) for key, values in quantities.items()}
        for peer, quantities in seen.items()
    }
