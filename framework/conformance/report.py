"""The result as a table and as a page of the documentation."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from fnmatch import fnmatchcase

from conformance.known import Judgement
from conformance.outcomes import Case, Outcome

# The first pattern that matches counts.
GROUPS = (
    ("tests/test_tutorial/test_security/*", "Tutorial: security"),
    ("tests/test_tutorial/*", "Tutorial and advanced guide"),
    ("tests/test_request_params/*", "Parameters: every source, type and alias"),
    ("tests/test_telemetry/*", "Telemetry"),
    ("tests/*benchmarks/*", "Benchmarks (run as tests)"),
    ("tests/test_security_*", "Security schemes"),
    ("tests/test_*depend*", "Dependencies"),
    ("tests/test_*openapi*", "OpenAPI"),
    ("tests/test_*schema*", "OpenAPI"),
    ("tests/test_*response*", "Responses"),
    ("tests/test_*stream*", "Streams and server-sent events"),
    ("tests/test_sse*", "Streams and server-sent events"),
    ("tests/test_*form*", "Bodies, forms and files"),
    ("tests/test_*body*", "Bodies, forms and files"),
    ("tests/test_*file*", "Bodies, forms and files"),
    ("tests/test_*param*", "Parameters: further"),
    ("tests/test_*alias*", "Parameters: further"),
    ("tests/test_ws_*", "WebSockets"),
    ("tests/test_*router*", "Routers"),
    ("tests/test_frontend*", "Frontend"),
)
OTHER = "Everything else"


def group_of(case: Case) -> str:
    """Return the name of the group that a case belongs to."""
    file = case.id.partition("::")[0]
    return next((name for pattern, name in GROUPS if fnmatchcase(file, pattern)), OTHER)


def table(cases: list[Case]) -> list[tuple[str, str, str, str, str]]:
    """Return the rows of the table, head and sum included."""
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for case in cases:
        counts[group_of(case)][case.outcome] += 1
    rows = [("Group", "Cases", "Passed", "Failed", "Skipped")]
    rows += [_row(name, counts[name]) for name in sorted(counts, key=lambda n: (n == OTHER, n))]
    total: Counter[Outcome] = sum(counts.values(), Counter())
    return [*rows, _row("All", total)]


def _row(name: str, count: Counter[Outcome]) -> tuple[str, str, str, str, str]:
    numbers = (count.total(), *(count[one] for one in (Outcome.PASSED, Outcome.FAILED)))
    cells = [f"{number:,}" for number in (*numbers, count[Outcome.SKIPPED])]
    return (name, cells[0], cells[1], cells[2], cells[3])


def as_text(rows: Sequence[tuple[str, ...]]) -> str:
    """Return the table for a terminal: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for name, *numbers in rows:
        cells = [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)]
        lines.append("  ".join([name.ljust(widths[0]), *cells]))
    return "\n".join(lines)


def listed(judgement: Judgement) -> str:
    """Return each case that does not pass, under its reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for case, exemption in judgement.exempted:
        by_reason[exemption.reason].append(case.id)
    return "\n".join(
        "\n".join([f"{reason} ({len(ids)})", *(f"    {one}" for one in ids)])
        for reason, ids in by_reason.items()
    )


def as_page(version: str, cases: list[Case], judgement: Judgement) -> str:
    """Return the page of the documentation, as Markdown."""
    head, *rows = table(cases)
    lines = [
        f"| {' | '.join(head)} |",
        "|---|--:|--:|--:|--:|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    reasons: Counter[str] = Counter(exemption.reason for _, exemption in judgement.exempted)
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    listed_lines = [f"| {reason} | {number} |" for reason, number in ordered]
    return "\n".join(
        [
            "# Conformance",
            "",
            "<!-- Written by `./dev conformance`; do not edit. -->",
            "",
            f"The test suite of FastAPI {version}, fetched by version and hash from the package",
            "index, run on `dovetail` in an environment without FastAPI: `import fastapi` gives",
            "`dovetail` there (`python -m dovetail.compat`).",
            "",
            *lines,
            "",
            "The cases that do not pass are listed in `framework/conformance/exceptions.toml`,",
            "with a reason each. One that begins to pass, or another that fails, fails it.",
            "",
            "| Reason | Cases |",
            "|---|--:|",
            *listed_lines,
            "",
        ]
    )
