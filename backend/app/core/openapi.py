"""``python -m app.core.openapi [FILE]``: write the OpenAPI document, for the generated client."""

import argparse
import json
from pathlib import Path

from app.core.application import create_app


def openapi_json() -> str:
    """The OpenAPI document as JSON; the same text for the same code."""
    document = create_app().openapi()
    document["info"]["title"] = "API"  # a project's name must not change its client
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m app.core.openapi", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="default: standard output")
    file: Path | None = parser.parse_args().file
    if file is None:
        print(openapi_json(), end="")
    else:
        file.write_text(openapi_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
