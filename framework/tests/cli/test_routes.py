"""`dovetail routes`, `dovetail explain`, and the command itself."""

import pytest
from tests.kit import run_python, write_files

from dovetail import __version__
from dovetail.cli import main


def test_a_table_of_all_routes(folder, capsys):
    assert main(["routes"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["METHOD", "PATH", "NAME"]
    assert ["GET", "/", "root"] in lines
    assert ["WEBSOCKET", "/ws", "socket"] in lines
    assert ["PATCH,PUT", "/items/{item_id}", "change"] in lines
    assert ["GET,HEAD", "/openapi.json", "openapi"] in lines
    assert lines.index(["GET", "/", "root"]) < lines.index(["WEBSOCKET", "/ws", "socket"])


def test_mounted_applications(folder, capsys):
    write_files(
        folder,
        {
            "mounting.py": """
from starlette.routing import Route
from starlette.applications import Starlette
from starlette.staticfiles import StaticFiles
from dovetail import Dovetail
app = Dovetail(openapi_url=None)
inner = Dovetail(openapi_url=None)
@inner.get("/inside")
async def inside(): ...
async def anything(request): ...
app.mount("/inner", inner)
app.mount("/files", StaticFiles(directory="."), name="files")
app.mount("/bare", anything)
app.host("host.example", Starlette(routes=[Route("/hosted", anything)]))
app.router.add_route("/any", type("Any", (), {"__call__": anything})())
"""
        },
    )
    assert main(["routes", "mounting:app"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["GET", "/inner/inside", "inside"] in lines
    assert ["MOUNT", "/files", "files"] in lines
    assert ["MOUNT", "/bare", "function"] in lines
    assert any("/hosted" in line[1] for line in lines)


def test_the_plan_of_operations(folder, capsys):
    assert main(["explain"]) == 0
    everything = capsys.readouterr().out
    assert "GET /\n" in everything
    assert "PATCH,PUT /items/{item_id}\n" in everything
    assert "WEBSOCKET /ws" in everything
    assert main(["explain", "main:app", "/items/{item_id}"]) == 0
    one = capsys.readouterr().out
    assert one.startswith("PATCH,PUT /items/{item_id}\n")
    assert "item_id" in one.partition("\n")[2]
    assert "GET /\n" not in one


def test_a_path_without_a_plan(folder, capsys):
    assert main(["explain", "main:app", "/none"]) == 1
    assert capsys.readouterr().err == "The application has no path operation at /none\n"


def test_an_application_without_operations(folder, capsys):
    write_files(folder, {"none.py": "from dovetail import Dovetail\napp = Dovetail()"})
    assert main(["explain", "none:app"]) == 1
    assert capsys.readouterr().err == "The application has no path operation\n"


def test_what_goes_wrong_is_told_in_a_line(folder, capsys):
    assert main(["routes", "nowhere.py"]) == 1
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "Path does not exist nowhere.py\n")


def test_the_command_as_a_module(folder):
    result = run_python("-m", "dovetail", "routes", cwd=folder)
    assert result.returncode == 0
    assert "/items/{item_id}" in result.stdout
    result = run_python("-m", "dovetail", "--version", cwd=folder)
    assert result.stdout == f"dovetail {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["fly"], ["routes", "--unknown"]])
def test_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: dovetail" in capsys.readouterr().err
