"""`import fastapi` gives this package, in this process and in those it starts."""

import os
import sys

import pytest
from tests.kit import run_python, write_files

import dovetail
from dovetail import compat
from dovetail.compat import finder
from dovetail.compat.__main__ import main

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(autouse=True)
def _restored(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", [*sys.argv])
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    yield
    compat.uninstall()


def test_modules_are_the_very_same():
    compat.install()
    assert compat.is_installed()
    import fastapi
    import fastapi.security.oauth2
    from fastapi.routing import APIRoute

    assert fastapi is dovetail
    assert fastapi.security.oauth2 is sys.modules["dovetail.security.oauth2"]
    assert APIRoute is sys.modules["dovetail.routing"].APIRoute
    assert dovetail.security.oauth2.__spec__.name == "dovetail.security.oauth2"


def test_unknown_modules_are_not_found():
    compat.install()
    with pytest.raises(ModuleNotFoundError):
        import fastapi.none  # noqa: F401


def test_installing_twice_changes_nothing():
    compat.install()
    before = (list(sys.meta_path), list(sys.path), os.environ.get("PYTHONPATH"))
    compat.install()
    assert (list(sys.meta_path), list(sys.path), os.environ.get("PYTHONPATH")) == before


def test_uninstalling_takes_all_of_it_out():
    before = list(sys.path)
    compat.install()
    import fastapi.params  # noqa: F401

    compat.uninstall()
    assert not compat.is_installed()
    assert not {name for name in sys.modules if name.partition(".")[0] == "fastapi"}
    assert sys.path == before
    assert "shim" not in os.environ.get("PYTHONPATH", "")


def test_the_version_that_plug_ins_ask_for():
    from importlib.metadata import distribution, version

    compat.install()
    assert version("fastapi") == finder.FASTAPI_VERSION
    found = distribution("fastapi")
    assert found.read_text("RECORD") is None
    assert str(found.locate_file("x")).endswith("x")


def test_fastapi_itself_must_not_be_there_already(monkeypatch):
    monkeypatch.setitem(sys.modules, "fastapi", sys)
    with pytest.raises(compat.CompatibilityError, match="imported already"):
        compat.install()


def test_child_processes_get_it_too():
    script = "import fastapi, fastapi.params; print(fastapi.__name__, fastapi.params.__name__)"
    compat.install()
    assert run_python("-c", script).stdout == "dovetail dovetail.params\n"


def test_child_processes_may_be_left_alone():
    before = os.environ.get("PYTHONPATH")
    compat.install(children=False)
    assert os.environ.get("PYTHONPATH") == before


SCRIPT = """
import sys
from fastapi import FastAPI
from beside import value
print(FastAPI.__module__, sys.argv[1:], __name__, value)
"""


def test_a_script(tmp_path):
    write_files(tmp_path, {"it.py": SCRIPT, "beside.py": "value = 5"})
    result = run_python("-m", "dovetail.compat", tmp_path / "it.py", "-x", "y")
    assert result.stdout == "dovetail.applications ['-x', 'y'] __main__ 5\n"


def test_a_module(tmp_path):
    write_files(tmp_path, {"it.py": SCRIPT, "beside.py": "value = 5"})
    result = run_python("-m", "dovetail.compat", "-m", "it", "z", cwd=tmp_path)
    assert result.stdout == "dovetail.applications ['z'] __main__ 5\n"


def test_a_suite_of_tests(tmp_path):
    test = "import fastapi\ndef test_it():\n    assert fastapi.__name__ == 'dovetail'\n"
    settings = "[pytest]\nfilterwarnings = error\n"
    write_files(tmp_path, {"test_it.py": test, "pytest.ini": settings})
    options = ["-q", "-p", "no:cacheprovider"]
    result = run_python("-m", "dovetail.compat", "-m", "pytest", *options, tmp_path, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_the_command_of_fastapi(tmp_path):
    result = run_python("-m", "dovetail.compat", "-m", "fastapi", "--version", cwd=tmp_path)
    assert result.stdout == f"dovetail {dovetail.__version__}\n"


def test_help(capsys):
    main(["--help"])
    assert capsys.readouterr().out.startswith("usage: python -m dovetail.compat")


@pytest.mark.parametrize("arguments", [[], ["-m"], ["-x"]])
def test_wrong_usage(arguments):
    with pytest.raises(SystemExit, match="usage:"):
        main(arguments)


def test_no_such_script():
    with pytest.raises(SystemExit, match="No such script"):
        main(["none.py"])
