"""Measures shapes over HTTP: servers on one core, the load on another, in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.driver import NoAnswer
from benchmarks.load import LoadError, Target, Turns
from benchmarks.messages import Request, difference
from benchmarks.peer import Peer
from benchmarks.pinning import cores
from benchmarks.server import NOT_EXPRESSED, Server, ServerDied, free_port
from benchmarks.shapes import Shape


@dataclass
class Rate:
    """What was seen of one peer on one shape: requests per second, one value per round."""

    peer: str
    values: list[float] = field(default_factory=list)
    wrong: str | None = None

    @property
    def best(self) -> float:
        """The largest value."""
        return max(self.values)

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.values)


@contextmanager
def serving(python: Path, peer: Peer, shape: Shape) -> Iterator[Server]:
    """Hold a peer's server for a shape, which listens. Raises ServerDied, TimeoutError."""
    port = free_port()
    command = [str(python), "-m", "benchmarks.serve", peer.name, shape.key, str(port)]
    server = Server(command, port, cores()[0])
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def run_peer(python: Path, peer: Peer, shape: Shape, turns: Turns, rate: Rate) -> bool:
    """Add one value to `rate`. Return False if the peer does not express the shape."""
    request = shape.request
    if not isinstance(request, Request):
        return False
    try:
        with serving(python, peer, shape) as server:
            rate.wrong = difference(shape.answer, server.answer(request))
            if rate.wrong is None:
                target = Target(server.port, request)
                turns.warm_up(target)
                rate.values.append(turns.rate(target))
    except ServerDied as error:
        if error.code == NOT_EXPRESSED:
            return False
        rate.wrong = str(error)
    except (LoadError, NoAnswer, OSError) as error:
        rate.wrong = str(error)
    return True


def measure(python: Path, peers: Sequence[Peer], shape: Shape, turns: Turns) -> list[Rate]:
    """Measure one shape: in each round each peer in turn, its server started afresh."""
    rates = {peer.name: Rate(peer.name) for peer in peers}
    for _ in range(turns.rounds):
        for peer in peers:
            rate = rates.get(peer.name)
            if rate is None or rate.wrong is not None:
                continue
            if not run_peer(python, peer, shape, turns, rate):
                del rates[peer.name]
    return list(rates.values())


def measure_all(
    python: Path,
    peers: Sequence[Peer],
    shapes: Sequence[Shape],
    turns: Turns,
    tell: Callable[[Shape, list[Rate]], None],
) -> dict[str, list[Rate]]:
    """Measure the shapes in turn; `tell` is called after each."""
    results: dict[str, list[Rate]] = {}
    for shape in shapes:
        results[shape.key] = measure(python, peers, shape, turns)
        tell(shape, results[shape.key])
    return results
