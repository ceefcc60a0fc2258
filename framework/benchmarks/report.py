"""Shows results: rows for the terminal while they come in, and the page `docs/benchmarks.md`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks import results as found
from benchmarks import scale
from benchmarks.in_process import Measurement
from benchmarks.over_http import Rate
from benchmarks.peer import BASE, CORE, FOUNDATION, PEERS
from benchmarks.results import Results
from benchmarks.shapes import BY_KEY, SHAPES, Shape, number_of

INTRODUCTION = """\
# Benchmarks

Written by `./dev bench`; not edited by hand. Run it again to get the figures of your machine:

    ./dev bench            everything, about twenty minutes
    ./dev bench --quick    a coarse look, about a minute; does not write this page

`--shapes 1,5,last_route` and `--peers fastapi,starlette` select. Nothing else should run meanwhile.

How it is measured: every peer runs in a process of its own, from one environment with pinned
versions, on uvloop. Before a shape is measured, each peer must give the expected answer (status,
content type, headers, parsed body). Then the peers take turns, a batch each per round, so that
what disturbs the machine disturbs all. The garbage collector is on, as in a server; what exists
when measuring begins is frozen. Times are per request through the ASGI callable, and include the
caller: {driver} µs for a function that does nothing. A WebSocket session is a connection, ten
echoes and the end.

The peers' files are `framework/benchmarks/peers/`, written as users of each framework would write
them well. FastAPI and dovetail share one file, with the import exchanged. `litestar-msgspec` has
msgspec's structs where the others have Pydantic's models: a different validator. `raw` is an ASGI
function that does the same work by hand for that one answer.
"""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is aligned left, the others right."""
    lines = [header, ["---", *(["---:"] * (len(header) - 1))], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def microseconds(value: float) -> str:
    """Return a time for people: three digits, or whole microseconds."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(value: float) -> str:
    """Return a ratio for people."""
    return f"{value:,.0f}×" if value >= 100 else f"{value:.1f}×"


def cell(measurements: Sequence[Measurement], peer: str) -> str:
    """Return what a table says of a peer: least and median time, and the ratio to the core."""
    by_name = {one.peer: one for one in measurements}
    one = by_name.get(peer)
    if one is None or not one.values:
        return "–"
    times = f"{microseconds(one.least)} ({microseconds(one.median)})"
    core = by_name.get(CORE)
    if peer == CORE or core is None or not core.values:
        return times
    return f"{times} {ratio(one.least / core.least)}"


def peers_of(seen: Iterable[Sequence[Measurement | Rate]]) -> list[str]:
    """Return the names of the peers that appear, in their usual order."""
    names = {one.peer for measurements in seen for one in measurements}
    return [peer.name for peer in PEERS if peer.name in names]


def in_process_table(results: Results) -> str:
    """Return the table of the shapes in process."""
    peers = peers_of(results.in_process.values())
    rows = [
        [
            f"{number_of(shape)}. {shape.title}",
            *(cell(results.in_process[shape.key], peer) for peer in peers),
        ]
        for shape in SHAPES
        if shape.key in results.in_process
    ]
    return table(["shape", *peers], rows)


def http_table(rates: dict[str, list[Rate]], titles: dict[str, str]) -> str:
    """Return a table of rates: one row per peer, one column per shape."""
    peers = peers_of(rates.values())
    rows = []
    for peer in peers:
        cells = [rate_cell(seen, peer) for seen in rates.values()]
        rows.append([peer, *cells])
    return table(["requests per second", *(titles[key] for key in rates)], rows)


def rate_cell(rates: Sequence[Rate], peer: str) -> str:
    """Return what a table says of a peer's rate: the best, and in brackets the median."""
    for one in rates:
        if one.peer == peer and one.values:
            return f"{one.best:,.0f} ({one.median:,.0f})"
    return "–"


def scale_table(figures: scale.Figures) -> str:
    """Return the table of scale."""
    core, base = figures[CORE], figures[BASE]
    rows = []
    for quantity in scale.QUANTITIES:
        ours, theirs = core[quantity.key], base[quantity.key]
        values = (ours * quantity.factor, theirs * quantity.factor)
        cells = [f"{value:,.0f} {quantity.unit}" for value in values]
        rows.append([quantity.title, *cells, f"{ours / theirs:.2f}", f"{quantity.share:.2f}"])
    foundation = figures[FOUNDATION]["import"]
    share = f"{foundation / base['import']:.2f}"
    alone = "Starlette and one Pydantic model alone"
    rows.insert(1, [alone, f"{foundation * 1e3:,.0f} ms", "", share, ""])
    rows.append(
        ["first of 1,000", *(f"{one['first'] * 1e6:.1f} µs" for one in (core, base)), "", ""]
    )
    rows.append(["last of 1,000", *(f"{one['last'] * 1e6:.1f} µs" for one in (core, base)), "", ""])
    last = [f"{one['last'] / one['first']:.2f}×" for one in (core, base)]
    rows.append(["last to first", *last, "", f"{scale.LAST_TO_FIRST}× (own)"])
    return table(["", CORE, BASE, "share", "aim"], rows)


def application_table(rates: dict[str, list[Rate]]) -> str:
    """Return the table of the application against the customary way."""
    rows = []
    for title, (ours, customary) in rates.items():
        factor = ratio(ours.best / customary.best) if ours.values and customary.values else "–"
        cells = [rate_cell([one], one.peer) for one in (ours, customary)]
        rows.append([title, *cells, factor, ratio(found.APPLICATION_BUDGET)])
    return table(["requests per second", "this application", "customary", "ratio", "aim"], rows)


def page(results: Results, facts: dict[str, str], versions: dict[str, str], driver: float) -> str:
    """Return the page `docs/benchmarks.md`."""
    parts = [INTRODUCTION.format(driver=microseconds(driver))]
    if results.in_process:
        parts += ["## In process\n", IN_PROCESS_NOTE, in_process_table(results)]
        mean = found.geometric_mean(results.in_process)
        if mean is not None:
            parts.append(f"\nFastAPI to dovetail, geometric mean of all shapes: **{mean:.1f}×**.")
    if results.over_http:
        titles = {key: BY_KEY[key].title for key in results.over_http}
        note = HTTP_NOTE.format(tool=results.load_tool)
        parts += ["\n## Over HTTP\n", note, http_table(results.over_http, titles)]
    if results.scale:
        parts += ["\n## Scale\n", SCALE_NOTE, scale_table(results.scale)]
    if results.application:
        parts += [
            "\n## The application\n",
            APPLICATION_NOTE.format(tool=results.load_tool),
            application_table(results.application),
        ]
    parts += ["\n## Aims\n", aims(results)]
    parts += [
        "\n## Machine and versions\n",
        *(f"- {name}: {value}" for name, value in facts.items()),
    ]
    parts.append("- " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    return "\n".join(parts) + "\n"


IN_PROCESS_NOTE = """\
Microseconds per request: least, in brackets the median of the rounds, then how many times
dovetail's least. A dash: the framework cannot express it, or does not speak ASGI.
"""
HTTP_NOTE = """\
Requests per second of one process on one core, {tool} with 64 connections on another: best
round and in brackets the median. uvicorn serves ASGI applications, Sanic and Robyn their own.
"""
SCALE_NOTE = """\
A hundred routers of ten operations, included on three levels; medians of several processes, in
processor time, which what else the machine does hardly changes.
"""
APPLICATION_NOTE = """\
The backend of the template, and the same two operations written the customary way (FastAPI, a sync
SQLModel session in a `yield` dependency, ORM objects through the response model): authenticated, on
PostgreSQL, one core for the server, {tool} with 32 connections. (With more than its 40 threads the
customary way locks itself up: requests that wait for a database connection hold the threads that
those which have one need to go on.)
"""


def aims(results: Results) -> str:
    """Return which aims were missed."""
    lines = found.missed(results)
    if not lines:
        return "All aims of what was measured are met."
    return "Not met in this run:\n\n" + "\n".join(f"- {line}" for line in lines)


def shape_lines(shape: Shape, measurements: Sequence[Measurement]) -> str:
    """Return what the terminal shows once a shape is measured."""
    lines = [f"{number_of(shape):>2}. {shape.title}"]
    core = next((one for one in measurements if one.peer == CORE and one.values), None)
    for one in sorted(measurements, key=lambda one: min(one.values, default=0.0)):
        if one.values:
            times = f"{microseconds(one.least):>8} µs  median {microseconds(one.median):>8}"
            factor = f"  {ratio(one.least / core.least):>7}" if core is not None else ""
            lines.append(f"      {one.peer:<18}{times}{factor}")
        if one.wrong is not None:
            lines.append(f"      {one.peer:<18}{one.wrong}")
    return "\n".join(lines)


def rate_lines(title: str, rates: Sequence[Rate]) -> str:
    """Return what the terminal shows once a shape is measured over HTTP."""
    lines = [f"    {title}"]
    for one in sorted(rates, key=lambda one: -max(one.values, default=0.0)):
        shown = f"{one.best:>10,.0f}/s" if one.values else ""
        lines.append(f"      {one.peer:<18}{shown}{one.wrong or ''}")
    return "\n".join(lines)
