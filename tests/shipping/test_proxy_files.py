"""What the proxy's configuration promises, and that it fits the application's."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TRAEFIK = ROOT / "traefik"
# The names of lego's settings (https://go-acme.github.io/lego/dns/), and of AWS's.
CREDENTIALS = {
    "cloudflare": "CF_DNS_API_TOKEN_FILE",
    "digitalocean": "DO_AUTH_TOKEN_FILE",
    "hetzner": "HETZNER_API_TOKEN_FILE",
    "route53": "AWS_SHARED_CREDENTIALS_FILE",
}


def static() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((TRAEFIK / "traefik.yml").read_text("utf-8"))
    return content


def dynamic(name: str) -> str:
    return (TRAEFIK / "dynamic" / name).read_text("utf-8")


def test_plain_http_only_redirects() -> None:
    assert (
        static()["entryPoints"]["http"]["http"]["redirections"]["entryPoint"]["scheme"] == "https"
    )
    assert "entryPoints: [http]" not in "".join(
        path.read_text("utf-8") for path in (TRAEFIK / "dynamic").iterdir()
    )


def test_there_is_no_dashboard_and_the_api_is_on_the_loopback_address() -> None:
    assert static()["api"] == {"dashboard": False}
    assert static()["entryPoints"]["internal"]["address"].startswith("127.0.0.1:")


def test_the_access_log_keeps_no_query_strings_and_few_headers() -> None:
    fields = static()["accessLog"]["fields"]
    assert fields["queryParameters"]["defaultMode"] == "drop"
    assert fields["headers"]["defaultMode"] == "drop"
    assert not {"Authorization", "Cookie", "Referer"} & set(fields["headers"]["names"])


def test_trying_out_differs_from_the_real_issuer_in_the_address_alone() -> None:
    resolvers = static()["certificatesResolvers"]
    staging = dict(resolvers["staging"]["acme"])
    assert staging.pop("caServer").startswith("https://acme-staging-")
    assert staging == resolvers["http"]["acme"]


def test_each_issuer_by_dns_gets_its_credentials_from_a_file() -> None:
    resolvers = static()["certificatesResolvers"]
    by_dns = {name for name in resolvers if "dnsChallenge" in resolvers[name]["acme"]}
    assert by_dns == CREDENTIALS.keys()
    services = yaml.safe_load((ROOT / "docker-compose.dns.yml").read_text("utf-8"))["services"]
    given = dict.fromkeys(CREDENTIALS.values(), "/run/secrets/dns_credentials")
    assert services["proxy"]["environment"] == {**given, "AWS_REGION": "us-east-1"}


def test_every_router_passes_the_limits() -> None:
    text = dynamic("app.yml")
    routers = re.findall(
        r"^    (app[\w-]*):$\n(?:.*\n)*?.*middlewares: \[(.*)\]", text, re.MULTILINE
    )
    assert {name for name, _ in routers} == {"app", "app-write", "app-auth"}
    for name, middlewares in routers:
        assert "base" in middlewares
        assert ("body-limit" in middlewares) == (name != "app")
    chain = re.search(r"base:\n\s+chain:\n\s+middlewares: \[(.*)\]", dynamic("middlewares.yml"))
    assert chain is not None
    assert {"security-headers", "rate-limit", "in-flight-limit"} <= set(chain[1].split(", "))


def test_what_needs_no_login_passes_the_limit_on_guessing() -> None:
    rule = re.search(r"PathRegexp\(`(.*)`\)", dynamic("app.yml"))
    assert rule is not None
    command = [sys.executable, "-W", "ignore", "-m", "app.core.openapi"]
    done = subprocess.run(command, cwd=ROOT / "backend", capture_output=True, check=True)
    open_to_all = [
        path
        for path, operations in json.loads(done.stdout)["paths"].items()
        if "post" in operations and not operations["post"].get("security")
    ]
    assert "/api/v1/auth/session" in open_to_all
    assert [path for path in open_to_all if not re.search(rule[1], path)] == []


def test_what_has_a_body_is_limited_whatever_its_method_is_called() -> None:
    rule = re.search(r"app-write:\n.*\n\s+rule: (.*)", dynamic("app.yml"))
    assert rule is not None
    assert set(re.findall(r"!Method\(`(\w+)`\)", rule[1])) == {"GET", "HEAD", "OPTIONS"}
    assert rule[1].count("Method(") == 3


def test_a_path_means_to_the_proxy_what_it_means_to_the_application() -> None:
    """Which reads %2F as a slash, so that such a path would slip by the rules."""
    encoded = static()["entryPoints"]["https"]["http"]["encodedCharacters"]
    assert encoded["allowEncodedSlash"] is False
    assert encoded["allowEncodedBackSlash"] is False


def test_nobody_is_waited_for_without_end() -> None:
    timeouts = static()["entryPoints"]["https"]["transport"]["respondingTimeouts"]
    assert timeouts == {"readTimeout": "60s", "writeTimeout": "0s", "idleTimeout": "120s"}
    forwarding = yaml.safe_load(
        dynamic("app.yml").partition("  serversTransports:\n")[2].replace("{{", "").strip()
    )
    assert {"dialTimeout", "responseHeaderTimeout"} <= forwarding["app"][
        "forwardingTimeouts"
    ].keys()


def test_only_what_was_not_received_is_sent_again() -> None:
    """By the defaults: sending again after an answer, or what may not be repeated, is an option."""
    retry = re.search(r"    retry:\n      retry:\n((?:        .*\n)+)", dynamic("middlewares.yml"))
    assert retry is not None
    assert set(yaml.safe_load(retry[1])) == {"attempts", "initialInterval"}


def test_the_filter_lets_a_few_questions_through() -> None:
    text = (ROOT / "docker" / "socket-proxy" / "haproxy.cfg").read_text("utf-8")
    rule = re.search(r"acl readable path_reg (\S+)", text)
    assert rule is not None
    for path in ("/v1.24/services", "/v1.51/tasks", "/networks", "/_ping", "/nodes/abc"):
        assert re.search(rule[1], path), path
    for path in ("containers/json", "secrets", "services/create", "services/../secrets", "exec/1"):
        assert not re.search(rule[1], f"/v1.51/{path}"), path
    assert "http-request deny deny_status 405 unless METH_GET or METH_HEAD" in text


def test_the_proxy_is_the_one_to_close_idle_connections() -> None:
    """Otherwise it may write a request into a connection that the application just closes."""
    idle = re.search(r"idleConnTimeout: (\d+)s", dynamic("app.yml"))
    text = (ROOT / "docker" / "app" / "serve.py").read_text("utf-8")
    keep_alive = re.search(r'"--timeout-keep-alive", "(\d+)"', text)
    assert idle is not None
    assert keep_alive is not None
    assert int(idle[1]) < int(keep_alive[1])


def test_the_swarm_provider_is_appended_to_the_providers() -> None:
    both = (TRAEFIK / "traefik.yml").read_text("utf-8")
    both += (TRAEFIK / "swarm-provider.yml").read_text("utf-8")
    providers = yaml.safe_load(both)["providers"]
    assert set(providers) == {"file", "swarm"}
    assert providers["swarm"]["endpoint"].startswith("tcp://socket-proxy:")
    assert providers["swarm"]["exposedByDefault"] is False


def test_one_machine_and_a_swarm_ask_the_same_of_the_application() -> None:
    path = re.search(r"path: (/api/v1/health/\w+)", dynamic("app.yml"))
    swarm = (ROOT / "docker-compose.swarm.yml").read_text("utf-8")
    label = re.search(r"healthCheck\.path: (\S+)", swarm)
    assert path is not None
    assert label is not None
    assert path[1] == label[1] == "/api/v1/health/accepting"
