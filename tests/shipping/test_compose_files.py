"""What the Compose files promise, read as the data that they are: no Docker is needed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob("docker-compose*.yml"))
PRODUCTION = ("docker-compose.yml", "docker-compose.prod.yml", "docker-compose.swarm.yml")
VARIABLE = re.compile(r"\$\{([A-Z_]+)(:?[-?][^}]*)?\}")


class Loader(yaml.SafeLoader):
    """Reads Compose's own tags, such as `!override`, as what they stand on."""


def plain(loader: Loader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]


Loader.add_multi_constructor("!", plain)


def read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load((ROOT / name).read_text("utf-8"), Loader)
    return content


def test_there_are_files() -> None:
    assert {"docker-compose.yml", "docker-compose.override.yml"} <= {path.name for path in FILES}


def test_what_needs_the_tables_waits_for_the_migration() -> None:
    services = read("docker-compose.yml")["services"]
    for key in ("app", "app-standby", "worker", "backup"):
        waits = services[key]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
        assert waits["database"]["condition"] == "service_healthy"
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"


@pytest.mark.parametrize("name", ["docker-compose.prod.yml", "docker-compose.pitr.yml"])
def test_production_restarts_what_ends_and_limits_memory_and_logs(name: str) -> None:
    for key, service in read(name)["services"].items():
        if name.endswith("pitr.yml") and key == "database":  # it adds to the one of production
            continue
        assert service["restart"] == (
            "no" if key in ("migrate", "app-standby") else "unless-stopped"
        )
        assert service["mem_limit"]
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}


def test_the_database_has_no_way_out_and_only_the_proxy_and_the_application_share_one() -> None:
    base, stack = read("docker-compose.yml"), read("docker-compose.swarm.yml")
    assert base["services"]["database"]["networks"] == ["data"]
    for networks in (base["networks"], stack["networks"]):
        assert networks["data"]["internal"] is True
    assert stack["networks"]["control"]["internal"] is True
    on_edge = {key for key, service in base["services"].items() if "edge" in service["networks"]}
    assert on_edge == {"proxy", "app", "app-standby"}
    assert base["services"]["proxy"]["networks"] == ["edge"]
    assert stack["services"]["socket-proxy"]["networks"] == ["control"]


def test_a_stack_limits_memory_and_logs_too() -> None:
    for service in read("docker-compose.swarm.yml")["services"].values():
        assert service["deploy"]["resources"]["limits"]["memory"]
        assert service["deploy"]["endpoint_mode"] == "dnsrr"
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}
        for port in service.get("ports", ()):
            assert port["mode"] == "host"


def test_a_stack_takes_a_bad_version_back() -> None:
    for key in ("app", "worker"):
        update = read("docker-compose.swarm.yml")["services"][key]["deploy"]["update_config"]
        assert (update["order"], update["failure_action"]) == ("start-first", "rollback")
        assert update["max_failure_ratio"] == 0


def test_a_database_elsewhere_takes_the_place_of_this_one() -> None:
    """Nothing here starts one, and what asks the other may go out."""
    services = read("docker-compose.managed-db.yml")["services"]
    assert services["database"] == {"profiles": ["never"]}
    base = read("docker-compose.yml")["services"]
    for key, service in base.items():
        database = (service.get("depends_on") or {}).get("database")
        assert database is None or database["required"] is False
        if "data" in service["networks"] and key != "database":
            assert "outgoing" in {**service, **services.get(key, {})}["networks"]


@pytest.mark.parametrize("name", PRODUCTION)
def test_only_the_proxy_publishes_ports(name: str) -> None:
    publishing = {key for key, service in read(name)["services"].items() if "ports" in service}
    assert publishing <= {"proxy"}


def test_in_development_ports_are_for_this_machine_only() -> None:
    for key, service in read("docker-compose.override.yml")["services"].items():
        for port in service.get("ports", ()):
            assert str(port).startswith("127.0.0.1:"), f"{key} publishes {port}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_secret_is_a_setting(path: Path) -> None:
    """Passwords and keys reach a container as files, never as variables that `inspect` shows."""
    for key, service in (read(path.name)["services"] or {}).items():
        for name, value in (service.get("environment") or {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|_KEY$", name):
                assert name.endswith("_FILE"), f"{key} has {name}={value}"


def test_every_secret_is_a_file_without_a_default() -> None:
    for path in FILES:
        for name, secret in read(path.name).get("secrets", {}).items():
            assert secret == {"file": f"secrets/{name}"}


def test_what_identifies_a_deployment_has_no_default() -> None:
    used = dict(VARIABLE.findall((ROOT / "docker-compose.yml").read_text("utf-8")))
    for name in ("DOMAIN", "ENVIRONMENT", "FIRST_SUPERUSER", "EMAILS_FROM"):
        assert used[name].startswith(":?"), f"{name} may be missing without a word"


def test_the_docker_socket_is_mounted_into_the_filter_alone_and_read_only() -> None:
    for path in FILES:
        for key, service in read(path.name)["services"].items():
            for volume in service.get("volumes") or ():
                if "docker.sock" in str(volume):
                    assert (path.name, key) == ("docker-compose.swarm.yml", "socket-proxy")
                    assert str(volume).endswith(":ro")


def test_services_of_ours_are_hardened() -> None:
    services = read("docker-compose.yml")["services"]
    for key in ("proxy", "app", "app-standby", "worker", "migrate", "backup", "restore"):
        assert services[key]["read_only"] is True
        assert services[key]["cap_drop"] == ["ALL"]
        assert services[key]["security_opt"] == ["no-new-privileges:true"]


def test_what_is_added_is_hardened_too() -> None:
    for name, key in (("pitr", "archive"), ("swarm", "socket-proxy"), ("override", "mail")):
        service = read(f"docker-compose.{name}.yml")["services"][key]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_with_an_archive_the_database_is_set_as_without() -> None:
    plain, archived = (
        read(f"docker-compose{name}.yml")["services"]["database"]["command"]
        for name in ("", ".pitr")
    )
    assert archived[: len(plain)] == plain


def test_there_are_connections_for_what_a_deploy_runs() -> None:
    """Both versions of a process, and a worker; some are kept for the database's superuser."""
    fields = Settings.model_fields
    pool, overflow = fields["database_pool_size"].default, fields["database_max_overflow"].default
    settings = read("docker-compose.yml")["x-settings"]
    assert settings["DATABASE_POOL_SIZE"] == f"${{DATABASE_POOL_SIZE:-{pool}}}"
    assert settings["DATABASE_MAX_OVERFLOW"] == f"${{DATABASE_MAX_OVERFLOW:-{overflow}}}"
    command = read("docker-compose.yml")["services"]["database"]["command"]
    allowed = re.search(r"max_connections=.*:-(\d+)}", command[-1])
    assert allowed is not None
    # The session's pool, the readers', one for readiness; a worker's queue has its own four.
    process = pool + overflow + pool + 1
    assert 2 * 2 * process + process + 4 <= int(allowed[1]) - 3


def test_only_the_archive_may_replicate() -> None:
    rules = [
        line.split()
        for line in (ROOT / "docker/postgres/pg_hba.conf").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert [rule[2] for rule in rules if rule[1] == "replication"] == ["app_archive"]
    assert {rule[-1] for rule in rules if rule[0] == "host"} == {"scram-sha-256"}


def test_the_application_may_take_as_long_to_end_as_it_says() -> None:
    """Docker kills what outlives its grace: it must exceed the drain and the last requests."""
    text = (ROOT / "docker" / "app" / "serve.py").read_text("utf-8")
    drain = int(re.search(r'"DRAIN_SECONDS", "(\d+)"', text)[1])  # type: ignore[index]
    graceful = int(re.search(r'"GRACEFUL_SECONDS", "(\d+)"', text)[1])  # type: ignore[index]
    grace = read("docker-compose.yml")["services"]["app"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > drain + graceful
