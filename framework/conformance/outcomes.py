"""Running the suite, and what became of each case."""

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from conformance.environment import child_environment
from conformance.errors import ConformanceError


class Outcome(IntEnum):
    """How a case ended; of several reports on one case the highest counts."""

    PASSED = 0
    SKIPPED = 1
    FAILED = 2


@dataclass(frozen=True, slots=True)
class Case:
    """A case by its id (`tests/test_path.py::test_text_get`), its outcome and the last words."""

    id: str
    outcome: Outcome
    message: str = ""


# pytest's exit codes with which the report is complete: all passed, some failed.
_RAN = (0, 1)


def run_suite(
    python: Path, folder: Path, report: Path, *, selection: list[str], workers: int
) -> list[Case]:
    """Run the tests in `folder` on Dovetail, and return all cases.

    `selection` goes to pytest: paths, ids or options; empty means all. `workers` is the number
    of processes; 0 runs the tests in one, one after another. Raises `ConformanceError`
    if pytest could not run them.
    """
    command: list[str | Path] = [
        *(python, "-m", "dovetail.compat", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("-n", str(workers), "--timeout", "120", "--tb", "short"),
        *("-o", "junit_family=xunit1", f"--junitxml={report}"),
        *(selection or ["tests"]),
    ]
    done = subprocess.run(command, cwd=folder, env=child_environment(), check=False)
    if done.returncode not in _RAN:
        raise ConformanceError(f"pytest stopped with exit code {done.returncode}")
    return read_report(report)


def read_report(report: Path) -> list[Case]:
    """Return the cases of a JUnit XML report."""
    cases: dict[str, Case] = {}
    for case in _read_cases(report):
        known = cases.get(case.id)
        if known is None or case.outcome > known.outcome:
            cases[case.id] = case
    return list(cases.values())


def _read_cases(report: Path) -> Iterator[Case]:
    # The report is pytest's own, so XML's attacks are no concern.
    for element in ET.parse(report).iter("testcase"):  # noqa: S314
        outcome, message = Outcome.PASSED, ""
        for child in element:
            if child.tag in ("failure", "error"):
                outcome, message = Outcome.FAILED, child.get("message", "")
            elif child.tag == "skipped" and outcome is Outcome.PASSED:
                outcome = Outcome.SKIPPED
        yield Case(_id(element), outcome, message)


def _id(element: ET.Element) -> str:
    """Return the id under which pytest knows a case."""
    name = element.get("name", "")
    dotted = element.get("classname", "")
    file = element.get("file", "")
    module = file.removesuffix(".py").replace("/", ".")
    if name == module:
        # It could not be collected.
        return file
    classes = dotted.removeprefix(module).strip(".")
    return "::".join(part for part in (file, classes.replace(".", "::"), name) if part)
