"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path


def processor() -> str:
    """Return the processor's name, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", info.read_text("utf-8"), re.MULTILINE)
        if found is not None:
            return found[1]
    if platform.system() == "Darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return platform.processor() or platform.machine()


def memory() -> str:
    """Return the size of the memory."""
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / 2**30:.0f} GiB"


def python_version(python: Path) -> str:
    """Return the version of the Python that runs the peers."""
    code = "import platform; print(platform.python_implementation(), platform.python_version())"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def facts(python: Path) -> dict[str, str]:
    """Return what a reader needs to judge the figures."""
    return {
        "Processor": f"{processor()}, {os.cpu_count()} cores",
        "Memory": memory(),
        "System": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "Python": python_version(python),
    }


def load_warning() -> str | None:
    """Return a warning if other programs keep the machine busy."""
    busy, count = os.getloadavg()[0], os.cpu_count() or 1
    if busy < 0.5 * count:
        return None
    return f"the machine is busy (load {busy:.1f} on {count} cores): the figures will be noisy"
