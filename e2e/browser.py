"""Finds the browser that the tests are run in: ours to name, the machine's, or Playwright's own.

As a program it prints the browser's path, or says that there is none and ends with exit code 1.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "CHROMIUM_PATH"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def own() -> Path | None:
    """Return the Chromium that `playwright install` has got, or None."""
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def installed() -> Path | None:
    """Return a Chromium or Chrome that is installed on this machine, or None."""
    found = (shutil.which(name) for name in NAMES)
    candidates = [*filter(None, found), *filter(os.path.exists, APPLICATIONS)]
    return Path(candidates[0]) if candidates else None


def find() -> Path | None:
    """Return the browser's path: `$CHROMIUM_PATH`, else Playwright's own, else an installed one."""
    if named := os.environ.get(VARIABLE):
        return Path(named) if Path(named).exists() else None
    return own() or installed()


if __name__ == "__main__":
    path = find()
    print(path or "No browser was found.")
    sys.exit(path is None)
