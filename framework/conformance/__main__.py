"""Run FastAPI's own test suite on Dovetail: `python -m conformance [options] [tests …]`.

Prints a table by group and the cases that do not pass with their reasons, and writes the table to
docs/conformance.md. Fails if a case fails that exceptions.toml does not list, or if a listed one
passes.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from conformance.environment import child_environment, find_uv, make_environment
from conformance.errors import ConformanceError
from conformance.known import judge, load_exemptions
from conformance.locations import EXCEPTIONS, PAGE, PLUGIN_TESTS, SUITE_LOCK
from conformance.outcomes import Case, Outcome, run_suite
from conformance.report import as_page, as_text, listed, table
from conformance.suite import fetch_suite

# More failures than this are not due to a busy machine.
MOST_RETRIED = 50


def main() -> int:
    """Return 0 if the suite passes but for what is listed, and the plug-ins work."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("tests", nargs="*", help="only these (paths or options of pytest)")
    parser.add_argument("--uv", help="path of uv (default: $UV, else the one on PATH)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--no-plugins", action="store_true", help="leave the plug-ins out")
    options, passed_on = parser.parse_known_args()
    selection = [*options.tests, *passed_on]
    try:
        python = make_environment(find_uv(options.uv))
        folder = fetch_suite(python)
        cases = _run(python, folder, selection, options.workers)
        status = _show_selection(cases) if selection else _show_all(cases)
    except ConformanceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not selection and not options.no_plugins:
        status = max(status, _run_plugins(python))
    return status


def _run(python: Path, folder: Path, selection: list[str], workers: int) -> list[Case]:
    """Return the cases; those that fail and are not listed have been run twice.

    Some start processes that have seconds to answer, which is not enough on a busy machine. So what
    fails is run once more with nothing beside it, and the second outcome counts.
    """
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        cases = run_suite(python, folder, report, selection=selection, workers=workers)
        again = [case.id for case in judge(cases, load_exemptions(EXCEPTIONS)).unlisted]
        if not again or len(again) > MOST_RETRIED:
            return cases
        _print(f"Running {len(again)} failed cases again, one after another …")
        second = run_suite(python, folder, report, selection=again, workers=0)
    outcomes = {case.id: case for case in second}
    return [outcomes.get(case.id, case) for case in cases]


def _show_selection(cases: list[Case]) -> int:
    exemptions = load_exemptions(EXCEPTIONS)
    judgement = judge(cases, exemptions)
    _print(as_text(table(cases)))
    for case in judgement.unlisted:
        _print(f"not listed: {case.id}")
    return int(bool(judgement.unlisted))


def _show_all(cases: list[Case]) -> int:
    judgement = judge(cases, load_exemptions(EXCEPTIONS))
    _print(as_text(table(cases)), "", listed(judgement))
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(as_page(_version(), cases, judgement), encoding="utf-8")
    if judgement.problems:
        _print("", *judgement.problems)
        return 1
    passed = sum(case.outcome is Outcome.PASSED for case in cases)
    _print("", f"{passed:,} of {len(cases):,} cases pass; all others are listed or skipped.")
    return 0


def _run_plugins(python: Path) -> int:
    _print("", "Plug-ins on an application that imports them:")
    command: list[str | Path] = [
        *(python, "-m", "dovetail.compat", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("--rootdir", PLUGIN_TESTS, "-c", PLUGIN_TESTS / "pytest.ini", PLUGIN_TESTS),
    ]
    done = subprocess.run(command, env=child_environment(), check=False)
    return int(done.returncode != 0)


def _version() -> str:
    lock = SUITE_LOCK.read_text(encoding="utf-8")
    return lock.partition("==")[2].partition(" ")[0]


def _print(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
