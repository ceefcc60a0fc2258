"""FastAPI's source distribution: fetched by version and hash, unpacked without FastAPI."""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from conformance.errors import ConformanceError
from conformance.locations import SUITE_LOCK, suite_folder

_NEEDED = {(name,) for name in ("tests", "docs_src", "docs", "scripts", "pyproject.toml")}


def fetch_suite(python: Path) -> Path:
    """Return the folder of the suite, downloading it with the pip of `python` if it is not there.

    Only what the tests need is unpacked; never the package `fastapi`, since tests are run from this
    folder and would import it. Raises `ConformanceError` if the download fails or has another hash.
    """
    folder = suite_folder()
    if folder.is_dir():
        return folder
    with tempfile.TemporaryDirectory() as scratch:
        archive = _download(python, Path(scratch))
        unpacked = Path(scratch) / "suite"
        _unpack(archive, unpacked)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked, folder)
    return folder


def _download(python: Path, folder: Path) -> Path:
    sys.stdout.write("Fetching the test suite …\n")
    sys.stdout.flush()
    command: list[str | Path] = [
        *(python, "-m", "pip", "download", "--disable-pip-version-check", "--quiet"),
        *("--no-deps", "--no-build-isolation", "--no-binary", ":all:", "--require-hashes"),
        *("--dest", folder, "--requirement", SUITE_LOCK),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    archives = list(folder.glob("*.tar.gz"))
    if done.returncode or len(archives) != 1:
        raise ConformanceError(f"Fetching the suite failed:\n{done.stdout}{done.stderr}")
    return archives[0]


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as source:
        for member in source:
            path = PurePosixPath(member.name)
            inner = PurePosixPath(*path.parts[1:])
            content = source.extractfile(member) if member.isreg() else None
            if content is None or ".." in inner.parts or inner.parts[:1] not in _NEEDED:
                continue
            target = folder / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            # Not by `extract`, whose safe filter the first releases of Python 3.11 lack.
            target.write_bytes(content.read())
