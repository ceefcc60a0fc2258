"""Run FastAPI's own test suite on the core: ./dev conformance [TESTS...]

Fetches the suite by version and hash, makes an environment without FastAPI, and prints a table and
each case that does not pass, with the reason. Without TESTS it writes docs/conformance.md.
"""

from __future__ import annotations

import subprocess
import sys

from devtools import install, uv
from devtools.paths import FRAMEWORK
from devtools.processes import environment


def run(arguments: list[str]) -> int:
    """Hand over to `framework/conformance`, which needs no package but uv to get the suite."""
    install.python_packages()
    command = [sys.executable, "-m", "conformance", *arguments]
    env = environment({**uv.environment(), "UV": uv.path()})
    process = subprocess.Popen(command, cwd=FRAMEWORK, env=env)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
