"""The command's judgement of a run, and what it writes."""

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from conformance import environment, locations, suite
from conformance.errors import ConformanceError
from conformance.known import Exemption, judge, load_exemptions
from conformance.outcomes import Case, Outcome, read_report
from conformance.report import as_page, as_text, group_of, listed, table

PASSED = Case("tests/test_a.py::test_passes", Outcome.PASSED)
FAILED = Case("tests/test_a.py::test_fails[1-x]", Outcome.FAILED, "assert 1 == 2")
SKIPPED = Case("tests/test_sse.py::test_skipped", Outcome.SKIPPED)


def test_a_failure_that_is_listed_is_no_problem():
    judgement = judge([PASSED, FAILED], [Exemption("tests/test_a.py::test_fails[1-*]", "known")])

    assert judgement.problems == []
    assert listed(judgement) == "known (1)\n    tests/test_a.py::test_fails[1-x]"


@pytest.mark.parametrize(
    ("cases", "patterns", "problem"),
    [
        ([FAILED], [], "fails and is not listed: tests/test_a.py::test_fails[1-x]"),
        ([PASSED], ["tests/test_a.py::*"], "passes but is listed: tests/test_a.py::test_passes"),
        ([PASSED], ["tests/test_b.py*"], "listed, but no such case ran: tests/test_b.py*"),
        (
            [Case(f"tests/test_a.py::test_{n}", Outcome.FAILED) for n in range(151)],
            ["*"],
            "151 cases are listed, more than 150",
        ),
    ],
)
def test_what_fails_the_command(cases, patterns, problem):
    judgement = judge(cases, [Exemption(pattern, "reason") for pattern in patterns])

    (found,) = judgement.problems
    assert found.startswith(problem)


def test_skipped_cases_may_be_listed_or_not():
    assert judge([SKIPPED], []).problems == []
    assert judge([SKIPPED], [Exemption(SKIPPED.id, "reason")]).problems == []


def test_an_entry_needs_a_reason(tmp_path):
    file = tmp_path / "exceptions.toml"
    file.write_text('[[exception]]\npattern = "tests/*"\n')

    with pytest.raises(ConformanceError, match="reason"):
        load_exemptions(file)


def test_the_checked_in_list_is_complete():
    exemptions = load_exemptions(locations.EXCEPTIONS)

    assert len({one.pattern for one in exemptions}) == len(exemptions) > 0


def test_the_report_of_pytest_is_read(tmp_path):
    (tmp_path / "test_one.py").write_text(
        "import pytest\n"
        "class TestIt:\n"
        "    @pytest.mark.parametrize('x', ['a', 'b'])\n"
        "    def test_x(self, x):\n"
        "        assert x == 'a', 'not a'\n"
        "@pytest.fixture\n"
        "def broken():\n"
        "    yield\n"
        "    raise RuntimeError\n"
        "def test_teardown(broken): ...\n"
        "@pytest.mark.skip\n"
        "def test_skipped(): ...\n"
    )
    (tmp_path / "test_two.py").write_text("import nothing_of_this_name\n")
    report = tmp_path / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o"]
    options = ["junit_family=xunit1", f"--junitxml={report}", "--continue-on-collection-errors"]
    subprocess.run([*command, *options, "."], cwd=tmp_path, check=False, capture_output=True)

    outcomes = {case.id: case.outcome for case in read_report(report)}
    assert outcomes == {
        "test_one.py::TestIt::test_x[a]": Outcome.PASSED,
        "test_one.py::TestIt::test_x[b]": Outcome.FAILED,
        "test_one.py::test_teardown": Outcome.FAILED,
        "test_one.py::test_skipped": Outcome.SKIPPED,
        "test_two.py": Outcome.FAILED,
    }


def test_the_table_counts_by_group():
    rows = table([PASSED, FAILED, SKIPPED])

    assert rows[-1] == ("All", "3", "1", "1", "1")
    assert group_of(SKIPPED) == "Streams and server-sent events"
    assert as_text(rows).splitlines()[0].split() == [
        *("Group", "Cases", "Passed", "Failed", "Skipped")
    ]


def test_the_page_has_the_table_and_the_reasons():
    cases = [PASSED, FAILED]
    page = as_page("1.2.3", cases, judge(cases, [Exemption(FAILED.id, "known")]))

    assert "FastAPI 1.2.3" in page
    assert "| All | 2 | 1 | 1 | 0 |" in page
    assert "| known | 1 |" in page


def test_only_what_tests_need_is_unpacked(tmp_path, monkeypatch):
    archive = tmp_path / "fastapi-0.tar.gz"
    with tarfile.open(archive, "w:gz") as target:
        for name in ("fastapi/__init__.py", "tests/test_a.py", "docs_src/a.py", "pyproject.toml"):
            entry = tarfile.TarInfo(f"fastapi-0/{name}")
            entry.size = 1
            target.addfile(entry, io.BytesIO(b"\n"))
    monkeypatch.setenv("DOVETAIL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(suite, "_download", lambda python, folder: archive)

    folder = suite.fetch_suite(Path("python"))

    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == ["docs_src/a.py", "pyproject.toml", "tests/test_a.py"]
    archive.unlink()
    assert suite.fetch_suite(Path("python")) == folder


def test_a_failed_download_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("DOVETAIL_CACHE", str(tmp_path))
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no matching distribution >&2\nexit 1\n")
    python.chmod(0o755)

    with pytest.raises(ConformanceError, match="no matching distribution"):
        suite.fetch_suite(python)


def test_a_missing_uv_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UV", raising=False)

    with pytest.raises(ConformanceError, match="pip install uv"):
        environment.find_uv(None)


def test_an_environment_with_fastapi_is_refused(tmp_path):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)

    with pytest.raises(ConformanceError, match="FastAPI itself is installed"):
        environment._require_absence_of_fastapi(python)


def test_the_lock_leaves_fastapi_out_and_names_no_index():
    lock = locations.REQUIREMENTS.read_text()

    assert "\nfastapi==" not in lock
    assert "://" not in lock
    assert "--hash=sha256:" in locations.SUITE_LOCK.read_text()


def test_the_cache_is_outside_of_the_repository(monkeypatch):
    monkeypatch.delenv("DOVETAIL_CACHE", raising=False)

    assert locations.ROOT not in locations.suite_folder().parents
    assert locations.ROOT not in locations.environment_folder().parents
