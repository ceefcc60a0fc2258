"""Scripts and styles of the documentation pages, from the package `offapi`."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

# In offapi by this name -> its name in the npm package.
_FILES: Final = {
    "swagger_bundle.js": "swagger-ui-bundle.js",
    "swagger_style.css": "swagger-ui.css",
    "redoc.js": "redoc.standalone.js",
}
_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file for the browser. `package` is its npm package with the version, `name@1.2.3`."""

    package: str
    name: str
    file: Path

    @property
    def path(self) -> str:
        """Where it is served, below the folder of all assets: changes with each version."""
        return f"{self.package}/{self.name}"

    @property
    def media_type(self) -> str:
        """Value for the `Content-Type` header."""
        return _TYPES[self.file.suffix]


@cache
def assets() -> dict[str, Asset]:
    """Return the assets by file name; none if `offapi` is not installed."""
    # Found, not imported: importing it reads eight megabytes.
    spec = find_spec("offapi")
    if spec is None or spec.origin is None:
        return {}
    folder = Path(spec.origin).parent
    origins = json.loads((folder / "url.json").read_text(encoding="utf-8"))
    return {
        name: Asset(_npm_package(origins[file]), name, folder / file)
        for file, name in _FILES.items()
    }


def _npm_package(url: str) -> str:
    """Return `redoc@2.5.1` for `https://…/redoc@2.5.1/bundles/redoc.standalone.js`."""
    return next(part for part in url.split("/") if "@" in part)
