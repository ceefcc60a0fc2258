"""The stack on three machines: a rolling update, a broken version, a machine that dies."""

from __future__ import annotations

import json
import time
from dataclasses import replace

from devtools.docker import docker
from devtools.envfile import parse
from devtools.errors import DevError
from devtools.rehearsal import load
from devtools.rehearsal.deploys import DIES, NEVER_READY, Defect, make_version
from devtools.rehearsal.nodes import NAMES, Nodes, publish
from devtools.rehearsal.outside import has_items, own_address
from devtools.rehearsal.project import SLUG, Project
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import Client

FILES = ("docker-compose.yml", "docker-compose.swarm.yml", "docker-compose.certificate.yml")

# Asks the filter in front of the Docker API, from where the proxy is.
ASK = """
import http.client, json
def status(method, path):
    connection = http.client.HTTPConnection("socket-proxy", 2375, timeout=10)
    connection.request(method, path)
    return connection.getresponse().status
asked = ("GET /services", "GET /secrets", "GET /containers/json", "POST /services/create")
print(json.dumps({one: status(*one.split()) for one in asked}))
"""
ANSWERS = {
    "GET /services": 200,
    "GET /secrets": 403,
    "GET /containers/json": 403,
    "POST /services/create": 405,
}
# Beside the application's.
IMAGES = ("proxy", "backup", "socket-proxy")


class Stack:
    """The rehearsed project, deployed to the swarm of some machines."""

    def __init__(self, project: Project, nodes: Nodes) -> None:
        self.nodes = nodes
        self.project = project
        self.client = replace(Client(project), address=nodes.addresses["node2"])

    def configure(self) -> None:
        """Point the project's settings to the swarm and its registry."""
        path = self.project.folder / ".env"
        lines = [
            line for line in path.read_text("utf-8").splitlines() if "COMPOSE_FILE=" not in line
        ]
        lines += [f"COMPOSE_FILE={':'.join(FILES)}", f"APP_REPLICAS={len(NAMES)}"]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        self.project.compose("build", "--quiet")
        images = {name: publish(f"{SLUG}-{name}:latest") for name in IMAGES}
        lines += [f"{name.upper().replace('-', '_')}_IMAGE={images[name]}" for name in images]
        path.write_text("\n".join(lines) + "\n", "utf-8")

    def dev(self, *arguments: str) -> str:
        """Run a `./dev` command of the project against the first machine."""
        socket = self.nodes.socket("node1")
        return self.project.dev(*arguments, DOCKER_HOST=f"unix://{socket}")

    def start(self) -> str:
        """Form the swarm and deploy to it; every machine must answer."""
        self.nodes.form_swarm()
        self.nodes.bring_public_images()
        self.configure()
        began = time.monotonic()
        self.dev("deploy", "--swarm", publish(f"{SLUG}-app:latest"))
        took = time.monotonic() - began
        for name in NAMES:
            wait_until_ready(replace(self.client, address=self.nodes.addresses[name]))
        deployed = self.setting("APP_IMAGE")
        expect("@sha256:" in deployed, f"not deployed by digest: {deployed}")
        self.check_address()
        self.check_filter(deployed)
        return (
            f"{len(NAMES)} machines, each answers, and sees the client's own address;"
            f" of the Docker API only what may be read is; first deploy {took:.0f} s"
        )

    def setting(self, name: str) -> str:
        """Return a setting of the project's `.env`."""
        return parse((self.project.folder / ".env").read_text("utf-8")).get(name, "")

    def container(self, service: str, node: str) -> str:
        """Return the id of the container of a service that runs on a machine."""
        label = f"label=com.docker.swarm.service.name={SLUG}_{service}"
        return self.nodes.on(node, "ps", "--quiet", "--filter", label)

    def check_address(self) -> None:
        """The proxy is told the address that connects, not one of a routing mesh."""
        path = "/api/v1/health/ready?from=outside"
        self.client.request("GET", path)
        time.sleep(1)
        log = self.nodes.on("node2", "logs", self.container("proxy", "node2"))
        requests = [line for line in log.splitlines() if '"ClientHost"' in line]
        seen = json.loads(requests[-1])["ClientHost"]
        ours = own_address(self.client.address)
        expect(seen == ours, f"the proxy saw {seen} instead of {ours}")

    def check_filter(self, image: str) -> None:
        """The proxies may read of the Docker API what they need, and change nothing."""
        network = f"container:{self.container('proxy', 'node1')}"
        told = self.nodes.on(
            "node1", "run", "--rm", "--network", network, image, "python", "-c", ASK
        )
        expect(json.loads(told) == ANSWERS, f"the filter answers {told}")

    def under_load(self, what: str, seconds: int) -> load.Outcome:
        """Begin a load through the second machine's proxy; `what` happens meanwhile."""
        load.build(self.project)
        self.client.log_in()
        writes = "/api/v1/items" if has_items(self.client) else ""
        load.start(self.client.token, seconds, writes, self.client.address)
        try:
            getattr(self, what)()
        finally:
            docker("kill", "--signal", "INT", load.NAME)
            outcome = load.finish()
        return outcome

    def update(self) -> None:
        """Deploy another version."""
        self.dev("deploy", "--swarm", publish(make_version(1)))

    def go_back(self) -> None:
        """Put the version before the last one back."""
        before = self.setting("APP_IMAGE_PREVIOUS")
        self.dev("rollback", "--swarm")
        expect(self.setting("APP_IMAGE") == before, "another version than the one before")

    def restore(self) -> str:
        """Back up by a job, lose a table, and have it again."""
        self.client.log_in()
        began = time.monotonic()
        told = self.dev("backup", "--swarm")
        expect("proved" in told, told)
        took = time.monotonic() - began
        login = "export PGPASSWORD=$(cat /run/secrets/postgres_password)"
        drop = f"{login}; psql -U postgres -d app -c 'DROP TABLE users CASCADE'"
        self.nodes.on("node1", "exec", self.container("database", "node1"), "sh", "-c", drop)
        expect(self.client.get("/users/me").status >= 400, "the lost table is not missed")
        began = time.monotonic()
        self.dev("restore", "--swarm", "--yes")
        back = time.monotonic() - began
        wait_until_ready(self.client)
        self.client.log_in()
        return f"a lost table is back; backup and proof {took:.0f} s, restore {back:.0f} s"

    def break_down(self) -> None:
        """Deploy a version that does not start; the swarm must take it back."""
        self.refuse(2, DIES)

    def never_get_ready(self) -> None:
        """Deploy a version that lives and does not get ready; the swarm must take it back."""
        self.refuse(3, NEVER_READY)

    def refuse(self, number: int, defect: Defect) -> None:
        """Deploy a broken version; the command must fail with the reason."""
        image = publish(make_version(number, *defect[0]))
        try:
            self.dev("deploy", "--swarm", image)
        except DevError as error:
            expect(defect[1] in error.problem, f"no reason: {error.problem}")
        else:
            expect(False, "a broken version was deployed")

    def lose_a_machine(self) -> None:
        """Kill the third machine, and give the others half a minute."""
        time.sleep(8)
        docker("kill", "node3")
        time.sleep(30)

    def check(self, what: str) -> str:
        """Let something happen under load; nothing may fail."""
        outcome = self.under_load(what, 600)
        expect(not outcome.bad, f"{len(outcome.bad)} failures: {outcome.bad[:5]}")
        return (
            f"{outcome.requests} requests, {outcome.per_second:.0f}/s, none failed;"
            f" slowest answer {outcome.slowest}"
        )


def wait_until_ready(client: Client) -> None:
    """Wait until the application answers through one machine's proxy."""
    for _ in range(60):
        try:
            if client.get("/health/ready").status == 200:
                return
        except OSError:
            pass
        time.sleep(1)
    raise DevError(f"no answer through {client.address}")
