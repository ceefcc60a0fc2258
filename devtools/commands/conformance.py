"""Run FastAPI's own test suite on the core: ./dev conformance [TEST...]

Prints a table by group and each case that does not pass with the reason that is listed for it, and
writes docs/conformance.md. ./dev conformance --help tells the options.
"""

from __future__ import annotations

import subprocess

from devtools import install, uv
from devtools.install import PYTHON
from devtools.paths import FRAMEWORK
from devtools.processes import environment


def run(arguments: list[str]) -> int:
    """Hand over to `framework/conformance`, which makes an environment of its own."""
    install.python_packages()
    env = environment({**uv.environment(), "UV": str(uv.path())})
    command = [PYTHON, "-m", "conformance", *arguments]
    return subprocess.run(command, cwd=FRAMEWORK, env=env, check=False).returncode
