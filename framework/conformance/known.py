"""The checked-in list of cases that do not pass, each with its reason."""

import fnmatch
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.outcomes import Case, Outcome

MOST = 150


@dataclass(frozen=True, slots=True)
class Exemption:
    """Cases that may fail: a pattern over ids (`*` and `?`), and why."""

    pattern: str
    reason: str

    def covers(self, case: Case) -> bool:
        """Return whether the pattern matches the case's id; brackets stand for themselves."""
        escaped = re.sub(r"\[", "[[]", self.pattern)
        return fnmatch.fnmatchcase(case.id, escaped)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the list makes of a run."""

    exempted: list[tuple[Case, Exemption]]
    unlisted: list[Case]
    passing: list[tuple[Case, Exemption]]
    unused: list[Exemption]

    @property
    def problems(self) -> list[str]:
        """Why the command must fail; nothing if it need not."""
        return [
            *(f"fails and is not listed: {case.id}\n    {case.message}" for case in self.unlisted),
            *(f"passes but is listed: {case.id} ({e.pattern})" for case, e in self.passing),
            *(f"listed, but no such case ran: {e.pattern}" for e in self.unused),
            *([f"{len(self.exempted)} cases are listed, more than {MOST}"] * self._too_many),
        ]

    @property
    def _too_many(self) -> bool:
        return len(self.exempted) > MOST


def load_exemptions(file: Path) -> list[Exemption]:
    """Return the list. Raises `ConformanceError` if an entry lacks its pattern or its reason."""
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("exception", [])
    exemptions = [Exemption(e.get("pattern", ""), e.get("reason", "")) for e in entries]
    for exemption in exemptions:
        if not exemption.pattern or not exemption.reason:
            raise ConformanceError(f"{file}: an entry needs `pattern` and `reason`: {exemption}")
    return exemptions


def judge(cases: list[Case], exemptions: list[Exemption]) -> Judgement:
    """Compare a run with the list. Skipped cases need no entry, and an entry may cover them."""
    exempted: list[tuple[Case, Exemption]] = []
    unlisted: list[Case] = []
    passing: list[tuple[Case, Exemption]] = []
    used: set[Exemption] = set()
    for case in cases:
        exemption = next((one for one in exemptions if one.covers(case)), None)
        if exemption is not None:
            used.add(exemption)
        if case.outcome is Outcome.FAILED and exemption is None:
            unlisted.append(case)
        elif exemption is not None and case.outcome is Outcome.FAILED:
            exempted.append((case, exemption))
        elif exemption is not None and case.outcome is Outcome.PASSED:
            passing.append((case, exemption))
    unused = [one for one in exemptions if one not in used]
    return Judgement(exempted, unlisted, passing, unused)
