"""Compare the core with other frameworks: ./dev bench [--quick]

./dev bench --help tells the options, of which --shapes and --peers select. Without any, it writes
docs/benchmarks.md.
"""

from __future__ import annotations

import subprocess
import sys

from devtools import install, uv
from devtools.paths import FRAMEWORK
from devtools.processes import environment


def run(arguments: list[str]) -> int:
    """Hand over to `framework/benchmarks`, which needs no package but uv to get its peers."""
    install.python_packages()
    command = [sys.executable, "-m", "benchmarks", *arguments]
    env = environment({**uv.environment(), "UV": str(uv.path())})
    process = subprocess.Popen(command, cwd=FRAMEWORK, env=env)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
