"""Finding the application that a command is about."""

import sys
from pathlib import Path

import pytest
from tests.cli.conftest import MAIN
from tests.kit import write_files

from dovetail import Dovetail
from dovetail.cli.discover import find_target
from dovetail.cli.errors import CommandError


def found(*arguments, **options):
    target = find_target(*arguments, **options)
    assert isinstance(target.load(), Dovetail)
    return target.import_string


@pytest.mark.parametrize(
    "name", ["main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py"]
)
def test_the_usual_files(folder, name):
    (folder / "main.py").unlink()
    write_files(folder, {name: MAIN})
    assert found() == f"{Path(name).stem}:app"


def test_packages_are_imported_by_their_whole_name(folder):
    write_files(
        folder,
        {
            "shop/__init__.py": "",
            "shop/web/__init__.py": "from dovetail import Dovetail\napi = Dovetail()",
            "shop/web/main.py": MAIN,
        },
    )
    assert found("shop/web/main.py") == "shop.web.main:app"
    assert found("shop/web") == "shop.web:api"
    assert found("shop.web.main:app") == "shop.web.main:app"


def test_the_name_of_the_variable(folder):
    one = "from dovetail import Dovetail\nother = Dovetail()\nclass kept: inner = other\n"
    write_files(folder, {"one.py": one})
    assert found("one.py") == "one:other"
    assert found("one.py", name="other") == "one:other"
    assert found("one:kept.inner") == "one:kept.inner"


@pytest.mark.parametrize("tool", ["dovetail", "fastapi"])
def test_the_entrypoint_of_pyproject(folder, tool):
    write_files(
        folder,
        {
            "pyproject.toml": f'[tool.{tool}]\nentrypoint = "elsewhere:api"\n',
            "elsewhere.py": "from dovetail import Dovetail\napi = Dovetail()",
        },
    )
    assert found() == "elsewhere:api"


@pytest.mark.parametrize(
    ("target", "name", "message"),
    [
        ("none.py", None, "Path does not exist none.py"),
        ("data.txt", None, "is not a Python file"),
        ("plain", None, "folder without __init__.py"),
        ("empty.py", None, "no variable holds a Dovetail object"),
        ("nowhere:app", None, "There is no module 'nowhere'"),
        ("main:none", None, "There is no 'none' in the module 'main'"),
        ("main.py", "none", "There is no 'none' in the module 'main'"),
    ],
)
def test_what_cannot_be_found_is_said(folder, target, name, message):
    write_files(folder, {"data.txt": "", "plain/x.py": "", "empty.py": "x = 1"})
    with pytest.raises(CommandError, match=message):
        find_target(target, name=name).load()


def test_no_application_at_all(folder):
    (folder / "main.py").unlink()
    with pytest.raises(CommandError, match=r"none of main\.py"):
        find_target()


def test_a_broken_pyproject(folder):
    write_files(folder, {"pyproject.toml": "[tool"})
    with pytest.raises(CommandError, match="not valid TOML"):
        find_target()


def test_a_pyproject_about_other_things(folder):
    write_files(folder, {"pyproject.toml": "[project]\nname = 'x'\n"})
    assert found() == "main:app"


def test_errors_of_the_module_pass(folder):
    write_files(folder, {"broken.py": "import not_installed_anywhere"})
    with pytest.raises(ModuleNotFoundError, match="not_installed_anywhere"):
        find_target("broken:app").load()


def test_the_folder_is_put_in_front_once(folder):
    target = find_target("main.py")
    target.make_importable()
    target.make_importable()
    assert sys.path.count(str(folder)) == 1
