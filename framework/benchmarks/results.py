"""What a run has found, and whether it is within the budgets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from benchmarks import scale
from benchmarks.in_process import Measurement
from benchmarks.over_http import Rate
from benchmarks.peer import BASE, CORE, RAW
from benchmarks.shapes import BY_KEY

MEAN_BUDGET = 8.0
RAW_BUDGET = 2.0
HTTP_BASE_BUDGET = 3.5
HTTP_RAW_BUDGET = 0.85
APPLICATION_BUDGET = 4.0
TIE = 1.03
"""Closer than this, two peers are level: the same run repeated differs by as much."""


@dataclass
class Results:
    """All figures of one run."""

    in_process: dict[str, list[Measurement]] = field(default_factory=dict)
    over_http: dict[str, list[Rate]] = field(default_factory=dict)
    scale: scale.Figures = field(default_factory=dict)
    application: dict[str, list[Rate]] = field(default_factory=dict)
    load_tool: str = ""
    failed: list[str] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Return who did not answer as expected, and how; and what could not be measured."""
        lines = list(self.failed)
        for kind in (self.in_process, self.over_http, self.application):
            for key, seen in kind.items():
                lines += [
                    f"{one.peer}, {key}: {one.wrong}" for one in seen if one.wrong is not None
                ]
        return lines


def least_times(measurements: list[Measurement]) -> dict[str, float]:
    """Return the least microseconds of each peer that was measured."""
    return {one.peer: one.least for one in measurements if one.values}


def ratio_to_core(measurements: list[Measurement], peer: str) -> float | None:
    """Return how many times slower `peer` is than the core, by the least times of both."""
    times = least_times(measurements)
    return times[peer] / times[CORE] if CORE in times and peer in times else None


def geometric_mean(results: dict[str, list[Measurement]]) -> float | None:
    """Return the geometric mean of the ratios of FastAPI to the core over all shapes measured."""
    ratios = [ratio_to_core(measurements, BASE) for measurements in results.values()]
    known = [ratio for ratio in ratios if ratio is not None]
    return math.exp(sum(map(math.log, known)) / len(known)) if known else None


def missed(results: Results) -> list[str]:
    """Return the budgets that were not met, one sentence each."""
    lines = []
    for key, measurements in results.in_process.items():
        lines += missed_in_process(key, measurements)
    mean = geometric_mean(results.in_process)
    if mean is not None and len(results.in_process) == len(BY_KEY) and mean < MEAN_BUDGET:
        lines.append(f"geometric mean: {mean:.1f}× FastAPI, aim {MEAN_BUDGET:g}×")
    for key, rates in results.over_http.items():
        lines += missed_over_http(key, rates)
    return lines + missed_scale(results.scale) + missed_application(results.application)


def missed_in_process(key: str, measurements: list[Measurement]) -> list[str]:
    """Return the budgets that a shape misses."""
    times, title = least_times(measurements), BY_KEY[key].title
    if CORE not in times:
        return []
    core, lines = times[CORE], []
    base = ratio_to_core(measurements, BASE)
    if base is not None and base < BY_KEY[key].budget:
        lines.append(f"{title}: {base:.1f}× FastAPI, aim {BY_KEY[key].budget:g}×")
    if RAW in times and core > RAW_BUDGET * times[RAW]:
        lines.append(f"{title}: {core / times[RAW]:.1f}× raw ASGI's time, aim {RAW_BUDGET:g}×")
    for peer, least in times.items():
        if peer not in (CORE, BASE, RAW) and core > TIE * least:
            lines.append(f"{title}: behind {peer} ({core:.1f} µs to {least:.1f} µs)")
    return lines


def missed_over_http(key: str, rates: list[Rate]) -> list[str]:
    """Return the budgets that a shape misses over HTTP."""
    best = {one.peer: one.best for one in rates if one.values}
    if CORE not in best:
        return []
    core, lines, title = best[CORE], [], f"{BY_KEY[key].title} over HTTP"
    for peer, aim in ((BASE, HTTP_BASE_BUDGET), (RAW, HTTP_RAW_BUDGET), ("robyn", 1.0)):
        if peer in best and core < aim * best[peer]:
            lines.append(f"{title}: {core / best[peer]:.2f}× {peer}'s rate, aim {aim:g}×")
    return lines


def missed_scale(figures: scale.Figures) -> list[str]:
    """Return the budgets of scale that are missed."""
    if not {CORE, BASE} <= figures.keys():
        return []
    core, base, lines = figures[CORE], figures[BASE], []
    for quantity in scale.QUANTITIES:
        share = core[quantity.key] / base[quantity.key]
        if share > quantity.share:
            lines.append(f"{quantity.title}: {share:.2f} of FastAPI's, aim {quantity.share:.2f}")
    if core["last"] > scale.LAST_TO_FIRST * core["first"]:
        lines.append(f"last of 1,000 to the first: {core['last'] / core['first']:.2f}×, aim 1.2×")
    return lines


def missed_application(rates: dict[str, list[Rate]]) -> list[str]:
    """Return the operations of the application that miss their budget."""
    lines = []
    for title, (ours, customary) in rates.items():
        if ours.values and customary.values and ours.best < APPLICATION_BUDGET * customary.best:
            factor = ours.best / customary.best
            lines.append(f"{title}: {factor:.1f}× the customary way, aim {APPLICATION_BUDGET:g}×")
    return lines
