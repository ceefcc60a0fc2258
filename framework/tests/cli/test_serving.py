"""`dovetail dev` and `dovetail run` on real ports."""

import json
import sys

import pytest
from tests.cli.conftest import MAIN

from dovetail.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="interrupts are POSIX signals")


def test_run_serves_until_it_is_interrupted(serve):
    server = serve("run", "main:app", "--host", "127.0.0.1")
    assert json.loads(server.get("/")) == {"hello": "world"}
    assert "Swagger" in server.get("/docs")
    assert server.stop() == 0, server.log.read_text()
    log = server.log.read_text()
    assert f"Serving main:app at http://localhost:{server.port}" in log
    assert "Reloading" not in log


def test_dev_reloads_on_changes(serve, folder):
    server = serve("dev")
    assert json.loads(server.get("/")) == {"hello": "world"}
    # Of another length: Python takes a file of the same length and second for the one it compiled.
    (folder / "main.py").write_text(MAIN.replace('"world"', '"changed"'))
    assert server.get("/", until='{"hello":"changed"}')
    server.stop()
    log = server.log.read_text()
    assert f"Documentation at http://localhost:{server.port}/docs" in log
    assert f"Reloading on changes in {folder}" in log


def test_a_root_path_is_told_to_the_application(serve):
    server = serve("run", "--host", "127.0.0.1", "--root-path", "/api")
    document = json.loads(server.get("/openapi.json"))
    assert document["servers"] == [{"url": "/api"}]


def test_workers_and_reloading_exclude_each_other(folder, capsys):
    assert main(["dev", "--workers", "2"]) == 1
    assert "exclude each other" in capsys.readouterr().out


def test_a_server_that_is_not_installed(folder, capsys, monkeypatch):
    monkeypatch.setattr("dovetail.cli.serve.find_spec", lambda name: None)
    assert main(["run"]) == 1
    assert "pip install 'dovetail[standard]'" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_a_port_that_is_none(folder, capsys, port):
    with pytest.raises(SystemExit) as caught:
        main(["run", "--port", port])
    assert caught.value.code == 2
    assert "is not a port" in capsys.readouterr().err


def test_settings_of_the_server(folder, monkeypatch):
    called = []
    monkeypatch.setattr("uvicorn.run", lambda target, **settings: called.append((target, settings)))
    monkeypatch.setenv("PORT", "8123")
    status = main(
        ["run", "--workers", "3", "--no-proxy-headers", "--forwarded-allow-ips", "*", "-v"]
    )
    assert status == 0
    assert called == [
        (
            "main:app",
            {
                "host": "0.0.0.0",
                "port": 8123,
                "reload": False,
                "reload_dirs": None,
                "workers": 3,
                "root_path": "",
                "proxy_headers": False,
                "forwarded_allow_ips": "*",
                "log_level": "debug",
            },
        )
    ]
    main(["dev", "--host", "::", "--reload-dir", "a", "--reload-dir", "b", "-e", "main:app"])
    settings = called[-1][1]
    assert (settings["host"], settings["reload"], settings["reload_dirs"]) == (
        "::",
        True,
        ["a", "b"],
    )
