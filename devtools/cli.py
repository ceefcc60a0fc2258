"""Finds the command that was asked for, runs it, and tells its errors."""

from __future__ import annotations

import ast
import difflib
import importlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from devtools.errors import DevError
from devtools.progress import paint, say

COMMANDS = Path(__file__).parent / "commands"
ORDER = ("up", "test", "lint", "client", "migrate", "lock", "install", "new")


def names() -> list[str]:
    """Return the commands that exist here, in the order of the help."""
    found = {path.stem.replace("_", "-") for path in COMMANDS.glob("[a-z]*.py")}
    known = [name for name in ORDER if name in found]
    return [*known, *sorted(found.difference(known))]


def module_name(name: str) -> str:
    """Return the module of a command: the same name, as an identifier."""
    return name.replace("-", "_")


def summary(name: str) -> str:
    """Return the first line of a command's docstring, without importing it."""
    docstring = ast.get_docstring(
        ast.parse((COMMANDS / f"{module_name(name)}.py").read_text("utf-8"))
    )
    return (docstring or "").partition("\n")[0]


def print_help() -> None:
    """List the commands."""
    say("Usage: ./dev COMMAND [OPTIONS]      ./dev COMMAND --help tells more\n")
    for name in names():
        say(f"  {paint(f'{name:<13}', 'bold')} {summary(name)}")


def unknown(name: str) -> DevError:
    """Return the error for a command that does not exist, with the likely one meant."""
    close = difflib.get_close_matches(name, names(), n=1, cutoff=0.5)
    guess = f"Did you mean `./dev {close[0]}`? " if close else ""
    return DevError(f"there is no command {name!r}", f"{guess}`./dev --help` lists them.")


def tell(error: DevError) -> None:
    """Print an error and what to do about it."""
    print(f"{paint('dev:', 'red', 'bold')} {error.problem}", file=sys.stderr)
    if error.advice:
        print(error.advice, file=sys.stderr)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Treat a polite request to end like Ctrl-C, so that children are stopped too."""
    raise KeyboardInterrupt


def dispatch(arguments: list[str]) -> int:
    """Run the command that the first argument names, with the rest; without one, show the help."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print_help()
        return 0
    if arguments[0] not in names():
        raise unknown(arguments[0])
    module = importlib.import_module(f"devtools.commands.{module_name(arguments[0])}")
    code: int = module.run(arguments[1:])
    return code


def main(arguments: list[str]) -> int:
    """Run one command. Return the exit code: 0, the error's 1, or 130 after Ctrl-C."""
    # SIGINT too: a shell's background jobs start with it ignored. SIGHUP is ignored under nohup.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupt)
    try:
        return dispatch(arguments)
    except DevError as error:
        tell(error)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Nobody reads on (`./dev | head`): give the interpreter something to flush to at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
