"""Check style and types: ./dev lint [--fix]

--fix formats the code, and corrects what can be corrected safely, before it checks.
"""

from __future__ import annotations

import argparse

from devtools import install, node, prepare
from devtools.commands.test import measure, print_table
from devtools.parts import PARTS, SOURCES
from devtools.paths import FRONTEND, ROOT
from devtools.processes import call_step


def run(arguments: list[str]) -> int:
    """Check all code; the exit code is 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="./dev lint", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="format and correct before checking")
    options = parser.parse_args(arguments)
    prepare.everything(build=False)
    if options.fix:
        fix()
    result = measure("lint", PARTS["lint"], verbose=False)
    print_table([result])
    return 1 if result.status == "failed" else 0


def fix() -> None:
    """Format all code, and correct what the linters can."""
    ruff = [install.PYTHON, "-m", "ruff"]
    sources = [name for name in SOURCES if (ROOT / name).exists()]
    call_step("ruff check --fix", [*ruff, "check", "--fix", "--exit-zero", *sources], cwd=ROOT)
    call_step("ruff format", [*ruff, "format", *sources], cwd=ROOT)
    if FRONTEND.is_dir():
        env = node.environment()
        call_step("Biome", node.npm("run", "format"), cwd=FRONTEND, env=env)
