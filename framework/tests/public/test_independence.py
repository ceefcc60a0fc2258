"""FastAPI is neither imported nor needed, and neither is anything that is not declared."""

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tests.kit import run_python


def needed(name, extras=()):
    """Yield the distributions that `name` needs, directly or not, with these extras of it."""
    seen, pending = set(), [(name, extra) for extra in ("", *extras)]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        distribution, extra = current
        try:
            lines = requires(distribution) or []
        except PackageNotFoundError:
            # Not for this platform, or not installed: its name counts all the same.
            lines = []
        for requirement in map(Requirement, lines):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                found = re.sub(r"[-_.]+", "-", requirement.name).lower()
                pending += [(found, wanted) for wanted in ("", *requirement.extras)]
    return {distribution for distribution, _ in seen}


@pytest.mark.parametrize("extras", [(), ("standard",), ("otel",)])
def test_fastapi_is_no_dependency(extras):
    found = needed("dovetail", extras)
    assert {"starlette", "pydantic", "pydantic-core"} <= found
    assert not {name for name in found if name.startswith("fastapi")}


def test_fastapi_is_not_imported():
    script = """
import pkgutil, sys, importlib, dovetail
for module in pkgutil.walk_packages(dovetail.__path__, "dovetail."):
    if "compat.shim" not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print([name for name in sys.modules if name.partition(".")[0] == "fastapi"])
"""
    # Starlette deprecates some of the modules that are there for old applications.
    result = run_python("-W", "ignore", "-c", script)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_extras_are_not_imported_unasked():
    """Neither telemetry nor what only the documentation or the command line need."""
    script = """
import sys, dovetail
app = dovetail.Dovetail()
@app.get("/")
async def read(n: int = 1) -> int: return n
import asyncio
async def run():
    async def receive(): return {"type": "http.request"}
    async def send(message): pass
    await app({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []},
              receive, send)
asyncio.run(run())
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"opentelemetry", "uvicorn", "httpx", "httpx2", "jinja2", "offapi"}))
"""
    result = run_python("-c", script)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_mistakes_are_told_under_optimisation():
    """`python -O` drops asserts; what users did wrong is said all the same."""
    script = """
from typing import Annotated
from dovetail import APIRouter, Body, Depends, Dovetail, Form, Path, Query
from dovetail.exceptions import ConfigurationError
assert False, "asserts are dropped"

class Unknown: ...
def nothing(): ...
def path_default(a: Annotated[int, Path()] = 1): ...
def query_in_path(a: Annotated[int, Query()]): ...
def both(a: Annotated[int, Depends(nothing)] = Depends(nothing)): ...
def dict_in_query(a: Annotated[dict, Query()]): ...
def dict_in_path(a: dict): ...
def default_in_annotated(a: Annotated[int, Query(1)]): ...

app = Dovetail()
cases = [
    lambda: app.get("/{a}")(path_default),
    lambda: app.get("/{a}")(query_in_path),
    lambda: app.get("/")(both),
    lambda: app.get("/")(dict_in_query),
    lambda: app.get("/{a}")(dict_in_path),
    lambda: app.get("/")(default_in_annotated),
    lambda: app.get("/", status_code=204, response_model=int)(nothing),
    lambda: app.get("/", responses={404: "text"})(nothing),
    lambda: app.get("/", response_model=dict[str, Unknown])(nothing),
    lambda: app.get("/", dependencies=[Depends()])(nothing),
    lambda: APIRouter(prefix="no-slash"),
    lambda: APIRouter(prefix="/slash/"),
    lambda: app.include_router(app.router),
    lambda: app.middleware("websocket"),
    lambda: Dovetail(title=""),
    lambda: Dovetail(version=""),
    lambda: app.frontend("no-slash", directory="."),
    lambda: Path(default=1),
]
for number, case in enumerate(cases):
    try:
        case()
    except ConfigurationError as error:
        assert str(error)
        print(number, bool(str(error)))
    else:
        print(number, "accepted")
"""
    result = run_python("-O", "-c", script)
    assert result.stderr == ""
    assert result.stdout.splitlines() == [f"{number} True" for number in range(18)]


def test_wrong_options_are_refused_by_the_type_checker(tmp_path):
    file = tmp_path / "checked.py"
    file.write_text(
        """
from dovetail import Dovetail

app = Dovetail()


@app.get("/", status_code=201, tags=["a"])
async def right() -> int:
    return 1


@app.get("/", status_code="201")
async def wrong_type() -> int:
    return 1


@app.get("/", statuscode=201)
async def unknown() -> int:
    return 1


async def after() -> str:
    return await right()
"""
    )
    cache = Path(__file__).parents[2] / ".mypy_cache"
    options = ["--strict", "--no-error-summary", "--cache-dir", cache]
    result = run_python("-m", "mypy", *options, file, cwd=tmp_path)
    lines = [line.split(":", 2)[1:] for line in result.stdout.splitlines() if ": error:" in line]
    assert [number for number, _ in lines] == ["12", "17", "23"], result.stdout
    assert "status_code" in lines[0][1]
    assert "statuscode" in lines[1][1]
    assert "int" in lines[2][1]
