"""Measures the shapes through the ASGI callable, round by round across the peers."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.crew import Member
from benchmarks.shapes import Shape


@dataclass(frozen=True)
class Effort:
    """How long to measure: rounds, and seconds per batch of a peer in a round."""

    rounds: int
    seconds: float


@dataclass
class Measurement:
    """What was seen of one peer on one shape: microseconds per request, one value per round."""

    peer: str
    values: list[float] = field(default_factory=list)
    wrong: str | None = None

    @property
    def least(self) -> float:
        """The smallest value, in microseconds."""
        return min(self.values)

    @property
    def median(self) -> float:
        """The median, in microseconds."""
        return statistics.median(self.values)


def start(
    crew: Sequence[Member], shape: Shape, effort: Effort
) -> tuple[list[Member], list[Measurement]]:
    """Start a shape. Return the peers that answered as expected, and what went wrong with others.

    A peer that does not express the shape is in neither.
    """
    ready: list[Member] = []
    wrong: list[Measurement] = []
    for member in crew:
        result = member.ask(do="start", shape=shape.key, seconds=effort.seconds / 2)
        if "wrong" in result:
            wrong.append(Measurement(member.peer.name, wrong=result["wrong"]))
            member.stop()
        elif result["supported"]:
            ready.append(member)
        else:
            member.stop()
    return ready, wrong


def measure(crew: Sequence[Member], shape: Shape, effort: Effort) -> list[Measurement]:
    """Measure one shape: in each round, each peer for one batch.

    So what disturbs the machine for a while disturbs all peers. The order turns by one each round.
    """
    ready, wrong = start(crew, shape, effort)
    measured = {member.peer.name: Measurement(member.peer.name) for member in ready}
    for number in range(effort.rounds):
        turn = number % len(ready) if ready else 0
        for member in [*ready[turn:], *ready[:turn]]:
            result = member.ask(do="measure", seconds=effort.seconds)
            measurement = measured[member.peer.name]
            if "wrong" in result:
                measurement.wrong = result["wrong"]
            else:
                measurement.values.append(result["microseconds"])
    for member in ready:
        member.stop()
    return [*measured.values(), *wrong]


def measure_all(
    crew: Sequence[Member],
    shapes: Sequence[Shape],
    effort: Effort,
    tell: Callable[[Shape, list[Measurement]], None],
) -> dict[str, list[Measurement]]:
    """Measure the shapes in turn; `tell` is called after each."""
    results: dict[str, list[Measurement]] = {}
    for shape in shapes:
        results[shape.key] = measure(crew, shape, effort)
        tell(shape, results[shape.key])
    return results
