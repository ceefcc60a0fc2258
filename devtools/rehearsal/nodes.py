"""Three machines for the rehearsed swarm, engines in containers of this one, and a registry."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from devtools.docker import DockerFailed, docker
from devtools.errors import DevError
from devtools.rehearsal.project import FOLDER

NETWORK = "rehearsal-swarm"
REGISTRY = "rehearsal-registry"
NAMES = ("node1", "node2", "node3")
# Everything that an engine needs, asked for one by one: `--privileged` also asks for what some
# virtual machines do not have to give.
RIGHTS = (
    *("--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE", "--device-cgroup-rule", "a *:* rwm"),
    *("--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"),
    *("--security-opt", "systempaths=unconfined", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup"),
)
# What the stack takes from public registries, brought to the nodes from this machine.
PUBLIC = ("postgres:18-trixie",)


@dataclass
class Nodes:
    """The machines. A context manager: removes them at the end."""

    folder: Path
    addresses: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Nodes:
        self.remove()
        for name in ("node", "registry"):
            file = self.folder / "docker" / "test" / f"{name}.Dockerfile"
            docker("build", "--quiet", "--tag", f"rehearsal-{name}", "--file", file, file.parent)
        docker("network", "create", NETWORK)
        docker("run", "--detach", "--name", REGISTRY, "--network", NETWORK,
               "--network-alias", "registry", "--publish", "127.0.0.1:5000:5000",
               "rehearsal-registry")  # fmt: skip
        for name in NAMES:
            self.start(name)
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove the machines, with all that they hold."""
        docker("rm", "--force", "--volumes", REGISTRY, *NAMES)
        try:
            docker("network", "rm", NETWORK)
        except DockerFailed:
            return

    def socket(self, name: str) -> Path:
        """Return where a machine's engine listens, as a file of this machine."""
        return FOLDER / "nodes" / name / "docker.sock"

    def start(self, name: str) -> None:
        """Start a machine, and wait until its engine answers."""
        run = self.socket(name).parent
        run.mkdir(parents=True, exist_ok=True)
        engine = [
            "dockerd",
            "--host=unix:///var/run/docker.sock",
            "--host=unix:///engine/docker.sock",
        ]
        engine += ["--insecure-registry=registry:5000", f"--cgroup-parent=/{name}"]
        place = ["--name", name, "--hostname", name, "--network", NETWORK]
        docker(
            "run",
            "--detach",
            *RIGHTS,
            *place,
            "--volume",
            f"{run}:/engine",
            "rehearsal-node",
            *engine,
        )
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        self.addresses[name] = docker("inspect", "--format", form, name)
        for _ in range(60):
            try:
                self.on(name, "info")
            except DockerFailed:
                time.sleep(1)
            else:
                return
        raise DevError(f"the engine of {name} does not start", docker("logs", name, messages=True))

    def on(self, name: str, *arguments: str) -> str:
        """Run a Docker command on a machine."""
        return docker(*arguments, env={"DOCKER_HOST": f"unix://{self.socket(name)}"})

    def form_swarm(self) -> None:
        """Make one swarm of the machines: all managers, all edges; the database on the first."""
        first = self.addresses["node1"]
        self.on("node1", "swarm", "init", "--advertise-addr", first)
        token = self.on("node1", "swarm", "join-token", "--quiet", "manager")
        for name in NAMES[1:]:
            self.on(name, "swarm", "join", "--token", token, f"{first}:2377")
        for name in NAMES:
            self.on("node1", "node", "update", "--label-add", "edge=true", name)
        self.on("node1", "node", "update", "--label-add", "database=true", "node1")

    def bring_public_images(self) -> None:
        """Copy the public images, which this machine has or gets, to every node."""
        archive = FOLDER / "images.tar"
        docker("save", "--output", archive, *PUBLIC)
        for name in NAMES:
            self.on(name, "load", "--quiet", "--input", str(archive))
        archive.unlink()


def publish(image: str) -> str:
    """Push an image of this machine to the registry; return the name that the nodes know it by."""
    docker("tag", image, f"localhost:5000/{image}")
    docker("push", "--quiet", f"localhost:5000/{image}")
    docker("image", "rm", f"localhost:5000/{image}")
    return f"registry:5000/{image}"
