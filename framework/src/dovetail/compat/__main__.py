"""`python -m dovetail.compat -m module …` or `python -m dovetail.compat script.py …`."""

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
            sys.argv = [module, *rest]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-h" | "--help", *_]:
            sys.stdout.write(f"{USAGE}\n")
        case [script, *rest] if not script.startswith("-"):
            _run_script(script, rest)
        case _:
            raise SystemExit(USAGE)


def _run_script(script: str, arguments: list[str]) -> None:
    path = Path(script)
    if not path.is_file():
        raise SystemExit(f"No such script: {script}")
    install()
    sys.argv = [script, *arguments]
    sys.path[0] = str(path.resolve().parent)
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
