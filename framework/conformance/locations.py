"""Where things are: the checked-in files, and the cache outside the repository."""

import hashlib
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FRAMEWORK = HERE.parent
ROOT = FRAMEWORK.parent
SOURCE = FRAMEWORK / "src"
SUITE_LOCK = HERE / "suite.txt"
REQUIREMENTS = HERE / "requirements.txt"
EXCEPTIONS = HERE / "exceptions.toml"
PLUGIN_TESTS = HERE / "plugins"
PAGE = ROOT / "docs" / "conformance.md"


def cache_folder() -> Path:
    """Return where downloads and environments are kept: $DOVETAIL_CACHE, else ~/.cache/dovetail."""
    configured = os.environ.get("DOVETAIL_CACHE")
    if configured:
        return Path(configured).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "dovetail"


def environment_folder() -> Path:
    """Return the environment's folder: another for each Python and each state of the lock."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return cache_folder() / "conformance" / f"python{version}-{digest}"


def suite_folder() -> Path:
    """Return the folder of the unpacked suite: another for each version and hash."""
    digest = hashlib.sha256(SUITE_LOCK.read_bytes()).hexdigest()[:12]
    return cache_folder() / "conformance" / f"suite-{digest}"
