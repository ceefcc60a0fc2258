"""Takes one measurement of scale in a fresh process: `python -m benchmarks.scale_probe PEER WHAT`.

Prints one JSON object on standard output. What a process does once is measured in processor time,
since that is hardly changed by what else the machine does.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import driver, lifespan, peer
from benchmarks.messages import Answer, Request

FIRST = Request("/api/area0/feature0/0/42", query="q=a")
LAST = Request("/api/area9/feature9/1/42", query="q=a")
EXPECTED = {"record_id": 42, "q": "a"}
ROUNDS = 9
BATCH = 30


def imported(chosen: peer.Peer) -> dict[str, float]:
    """Time the import of the application class, once modules have been compiled to files."""
    started = time.process_time()
    if chosen.name == peer.FOUNDATION:
        _ = importlib.import_module("starlette.applications").Starlette
        importlib.import_module("pydantic").create_model("First", number=(int, ...))
    else:
        _ = importlib.import_module(chosen.stands_for or chosen.name).FastAPI
    return {"import": time.process_time() - started}


def application(chosen: peer.Peer) -> Callable[[], Any]:
    """Return the function that makes the application of 1,000 operations."""
    shown = peer.Peer(chosen.name, chosen.distribution, "thousand", chosen.stands_for)
    build: Callable[[], Any] = peer.load(shown).application
    return build


def resident() -> int:
    """Return the bytes of memory held by this process: now (Linux), or at most."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        return int(lines["VmRSS"].split()[0]) * 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def check(answer: Answer) -> None:
    """Raise ValueError if the answer is not the one that the measured operation gives."""
    if (answer.status, answer.body) != (200, EXPECTED):
        raise ValueError(f"answered {answer}")


async def defined(chosen: peer.Peer) -> dict[str, float]:
    """Time the definition with start-up and first request; then memory, and first against last."""
    build = application(chosen)
    started = time.process_time()
    app = build()
    async with lifespan.running(app):
        check(await driver.HttpCaller(app, LAST).answer())
        took = time.process_time() - started
        memory = resident()
        check(await driver.HttpCaller(app, FIRST).answer())
        first, last = await compare(driver.HttpCaller(app, FIRST), driver.HttpCaller(app, LAST))
    return {"define": took, "memory": memory, "first": first, "last": last}


async def compare(first: driver.HttpCaller, last: driver.HttpCaller) -> tuple[float, float]:
    """Return the least seconds of one request to each, measured in turns."""
    await first.time(BATCH)
    await last.time(BATCH)
    rounds = [(await first.time(BATCH), await last.time(BATCH)) for _ in range(ROUNDS)]
    return min(one for one, _ in rounds) / BATCH, min(two for _, two in rounds) / BATCH


def documented(chosen: peer.Peer) -> dict[str, float]:
    """Time the OpenAPI document of a new application."""
    app = application(chosen)()
    started = time.process_time()
    document = app.openapi()
    took = time.process_time() - started
    operations = sum(len(item) for item in document["paths"].values())
    if operations != 1000:
        raise ValueError(f"the document has {operations} operations")
    return {"document": took}


def main(name: str, what: str) -> None:
    """Take the measurement and print it."""
    chosen = peer.BY_NAME[name]
    if what == "import":
        result = imported(chosen)
    elif what == "define":
        result = asyncio.run(defined(chosen))
    else:
        result = documented(chosen)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
