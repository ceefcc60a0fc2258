"""`python -m dovetail.compat -m module …` or `python -m dovetail.compat script.py …`."""

import os
import runpy
import sys
from pathlib import Path

from dovetail.compat.install import install

USAGE = """usage: python -m dovetail.compat -m MODULE [ARGUMENT ...]
       python -m dovetail.compat SCRIPT [ARGUMENT ...]

Runs a module or a script in which `import fastapi` gives `dovetail`."""


def main(arguments: list[str]) -> None:
    """Run the module or script that `arguments` name; exits with a message if they name none."""
    match arguments:
        case ["-m", module, *rest]:
            install()
            if module == "pytest":
                _allow_early_imports()
            sys.argv = [module, *rest]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-h" | "--help", *_]:
            sys.stdout.write(f"{USAGE}\n")
        case [script, *rest] if not script.startswith("-"):
            _run_script(script, rest)
        case _:
            raise SystemExit(USAGE)


def _allow_early_imports() -> None:
    """Keep pytest from warning that its plug-in anyio, which this package needs, is imported.

    Where warnings are errors it would not even start.
    """
    option = "-W ignore::pytest.PytestAssertRewriteWarning"
    os.environ["PYTEST_ADDOPTS"] = f"{os.environ.get('PYTEST_ADDOPTS', '')} {option}".strip()


def _run_script(script: str, arguments: list[str]) -> None:
    path = Path(script)
    if not path.is_file():
        raise SystemExit(f"No such script: {script}")
    sys.argv = [script, *arguments]
    sys.path[0] = str(path.resolve().parent)
    install()
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
