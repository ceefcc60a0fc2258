"""Holds one peer in a process of its own: reads orders as JSON lines, writes results as JSON lines.

    {"do": "start", "shape": "hello", "seconds": 0.05}   build the application, check its answer,
                                                         warm it up for so long
    {"do": "measure", "seconds": 0.1}                    time one batch of about that length
    {"do": "stop"}                                       let the application go

`start` gives `{"supported": false}` where the peer does not express the shape, and `{"wrong": why}`
where its answer is not the one expected.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from contextlib import AbstractAsyncContextManager
from typing import IO, Any

from benchmarks import driver, lifespan, messages, peer, shapes


class Worker:
    """Serves orders for one peer."""

    def __init__(self, chosen: peer.Peer) -> None:
        self.module = peer.load(chosen)
        self.caller: driver.Caller | None = None
        self.lifespan: AbstractAsyncContextManager[None] | None = None
        self.seconds_each = 0.0

    async def start(self, key: str, seconds: float) -> dict[str, Any]:
        """Build the application of a shape, check what it answers and warm it up."""
        build = peer.builder(self.module, key)
        if build is None:
            return {"supported": False}
        shape = shapes.BY_KEY[key]
        app = build()
        self.lifespan = lifespan.running(app)
        await self.lifespan.__aenter__()
        self.caller = driver.caller(app, shape.request)
        wrong = messages.difference(shape.answer, await self.caller.answer())
        if wrong is not None:
            return {"wrong": wrong}
        await self.warm_up(self.caller, seconds)
        gc.collect()
        gc.freeze()
        return {"supported": True}

    async def warm_up(self, caller: driver.Caller, seconds: float) -> None:
        """Call until calls took `seconds`, and so the time of one is known well enough."""
        count, took = 1, await caller.time(1)
        while took < seconds:
            count *= 2
            took = await caller.time(count)
        self.seconds_each = took / count

    async def measure(self, seconds: float) -> dict[str, Any]:
        """Time one batch of about `seconds`, with the garbage collector on as in a real server."""
        if self.caller is None:
            raise RuntimeError("nothing was started")
        count = max(1, round(seconds / self.seconds_each))
        gc.collect()
        took = await self.caller.time(count)
        return {"microseconds": took / count * 1e6, "count": count}

    async def stop(self) -> dict[str, Any]:
        """Let the application go."""
        if self.lifespan is not None:
            await self.lifespan.__aexit__(None, None, None)
        self.lifespan = self.caller = None
        gc.unfreeze()
        gc.collect()
        return {}

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out one order."""
        match order["do"]:
            case "start":
                return await self.start(order["shape"], order["seconds"])
            case "measure":
                return await self.measure(order["seconds"])
            case "stop":
                return await self.stop()
        raise ValueError(f"unknown order {order!r}")


async def serve(worker: Worker, results: IO[str]) -> None:
    """Obey orders, one line after another, until there are no more.

    Reading blocks the event loop on purpose: nothing may run beside a measurement.
    """
    for line in sys.stdin:
        try:
            result = await worker.obey(json.loads(line))
        except Exception as error:  # noqa: BLE001 - told to the parent, which decides
            result = {"wrong": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), file=results, flush=True)


def run_loop(worker: Worker, results: IO[str]) -> None:
    """Run the event loop that uvicorn would choose: uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(worker, results))
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(worker, results))


def main(name: str) -> None:
    """Serve the peer `name` on standard input and output. What it prints itself goes to stderr."""
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    run_loop(Worker(peer.BY_NAME[name]), results)


if __name__ == "__main__":
    main(sys.argv[1])
