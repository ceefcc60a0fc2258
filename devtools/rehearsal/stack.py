"""The stack on three machines: a rolling update, a broken version, a machine that dies."""

from __future__ import annotations

import time
from dataclasses import replace

from devtools.docker import docker
from devtools.errors import DevError
from devtools.rehearsal import load
from devtools.rehearsal.deploys import DIES, NEVER_READY, Defect, make_version
from devtools.rehearsal.nodes import NAMES, Nodes, publish
from devtools.rehearsal.outside import has_items
from devtools.rehearsal.project import SLUG, Project
from devtools.rehearsal.report import expect
from devtools.rehearsal.web import Client

FILES = ("docker-compose.yml", "docker-compose.swarm.yml", "docker-compose.certificate.yml")

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
        return f"{len(NAMES)} machines, each answers; first deploy {took:.0f} s"

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
