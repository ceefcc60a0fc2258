"""A deploy on a swarm: the migration as a job, then a rolling update that takes itself back."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

from devtools.deployment.compose import VersionFailed
from devtools.docker import DockerFailed, compose, docker, inspect
from devtools.errors import DevError
from devtools.progress import step

ROLLED = ("app", "worker")
# What `docker stack deploy` does not know, or knows by another name.
NOT_FOR_STACKS = (
    "build",
    "depends_on",
    "mem_limit",
    "pids_limit",
    "profiles",
    "restart",
    "security_opt",
)
UPDATE_TIMEOUT = 600.0
JOB_TIMEOUT = 600.0

Stack = dict[str, Any]


class JobFailed(DevError):
    """A service that runs once did not end well. Holds what it said."""


def deploy(image: str, *, migrate: bool = True) -> None:
    """Bring the stack to a version, and wait until every replica runs it.

    Raises VersionFailed if the swarm took the update back, with what the failed tasks said.
    """
    stack = render(image)
    name = stack["name"]
    if migrate:
        with step("Migrating the database"):
            run_migrations(name, stack)
    with step("Updating the services, one replica at a time"):
        send(name, without(stack, "migrate"))
        try:
            for service in ROLLED:
                wait_for_update(f"{name}_{service}", image)
        except VersionFailed:
            go_back(name, image)
            raise


def go_back(name: str, image: str) -> None:
    """Take back the services that still are of a version which failed as another service."""
    for service in ROLLED:
        found = inspect("service", f"{name}_{service}")
        now = found["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
        if now.startswith(image) and "PreviousSpec" in found:
            docker("service", "rollback", "--detach", f"{name}_{service}")


def render(image: str, *profiles: str) -> Stack:
    """Return the stack file for a version, of the Compose files and the swarm's own.

    Services of a profile are part of it if that is named. Secrets and configs get names that tell
    their contents: those of a swarm cannot be changed, so a new value becomes a new secret, and the
    services that use it are updated.
    """
    options = [f"--profile={profile}" for profile in profiles]
    text = compose(*options, "config", "--format", "json", env={"APP_IMAGE": image})
    stack: Stack = json.loads(text)
    if "socket-proxy" not in stack["services"]:
        raise DevError(
            "COMPOSE_FILE does not name docker-compose.swarm.yml",
            "In .env: COMPOSE_FILE=docker-compose.yml:docker-compose.swarm.yml (docs/scaling.md)",
        )
    for name, service in stack["services"].items():
        stack["services"][name] = adapted(service)
    for kind in ("secrets", "configs"):
        for key, entry in stack.get(kind, {}).items():
            digest = hashlib.sha256(read_secret(Path(entry["file"]))).hexdigest()[:12]
            entry["name"] = f"{stack['name']}_{key}_{digest}"
    for network in stack["networks"].values():
        network.pop("ipam", None)
    return stack


def adapted(service: Stack) -> Stack:
    """Return what a service needs in the words that stacks know."""
    # Compose shows membership in a network, without options, as null: it must not be pruned.
    networks = list(service["networks"])
    service = {**pruned(service), "networks": networks}
    for key in NOT_FOR_STACKS:
        service.pop(key, None)
    for port in service.get("ports", ()):
        port["published"] = int(port["published"])
    # A stack passes over `tmpfs` without a word.
    for target in service.pop("tmpfs", ()):
        service.setdefault("volumes", []).append({"type": "tmpfs", "target": target})
    return service


def pruned(tree: Any) -> Any:
    """Return a tree without the entries that say nothing: stacks do not take null."""
    if isinstance(tree, dict):
        return {key: pruned(value) for key, value in tree.items() if value is not None}
    if isinstance(tree, list):
        return [pruned(value) for value in tree]
    return tree


def read_secret(path: Path) -> bytes:
    """Return a file's contents. Raises DevError, with its name, if it is missing or empty."""
    content = path.read_bytes() if path.is_file() else b""
    if not content:
        raise DevError(
            f"{path} is missing or empty", "`./dev secrets` makes what can be generated."
        )
    return content


def only(stack: Stack, *services: str) -> Stack:
    """Return the stack with these services alone."""
    kept = {name: stack["services"][name] for name in services if name in stack["services"]}
    return {**stack, "services": kept}


def without(stack: Stack, *services: str) -> Stack:
    """Return the stack without these services."""
    return only(stack, *(name for name in stack["services"] if name not in services))


def send(name: str, stack: Stack) -> None:
    """Hand a stack to the swarm; services that it does not mention stay as they are."""
    body = json.dumps({key: value for key, value in stack.items() if key != "name"})
    options = ["--with-registry-auth", "--resolve-image", "always", "--detach=true"]
    docker("stack", "deploy", *options, "--compose-file", "-", name, stdin=body)


def run_migrations(name: str, stack: Stack) -> None:
    """Run the migration as a job, once the database is there if the stack has one."""
    start_database(name, stack)
    try:
        run_job(name, stack, "migrate", JOB_TIMEOUT)
    except JobFailed as error:
        raise VersionFailed("its migration", error.problem) from error


def start_database(name: str, stack: Stack) -> None:
    """Start the database, if the stack has one, and wait until it is healthy."""
    if "database" in stack["services"]:
        send(name, only(stack, "database"))
        wait_for_one(f"{name}_database")


def run_job(name: str, stack: Stack, service: str, seconds: float) -> str:
    """Run a service of the stack once; return what it printed last. Raises JobFailed."""
    job = f"{name}_{service}"
    if job in docker("service", "ls", "--format", "{{.Name}}").split():
        docker("service", "rm", job)
    send(name, only(stack, service))
    form = ("--no-trunc", "--format", "{{.CurrentState}}|{{.Error}}")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        states = docker("service", "ps", *form, job).splitlines()
        if any(state.startswith("Complete") for state in states):
            return last_words(job)
        if any(state.startswith(("Failed", "Rejected")) for state in states):
            raise JobFailed("\n".join([*states, last_words(job)]))
        time.sleep(1)
    raise JobFailed(f"{job} did not end within {seconds:.0f} s\n{last_words(job)}")


def wait_for_one(service: str) -> None:
    """Wait until a service of one replica runs, and is healthy if it has a check."""
    end = time.monotonic() + JOB_TIMEOUT
    filters = ["--filter", f"name={service}", "--format", "{{.Replicas}}"]
    while not docker("service", "ls", *filters).startswith("1/1"):
        if time.monotonic() > end:
            raise DevError(f"{service} does not run", reasons(service))
        time.sleep(1)


def wait_for_update(service: str, image: str) -> None:
    """Wait until a service runs a version. Raises VersionFailed if it does not come to that."""
    end = time.monotonic() + UPDATE_TIMEOUT
    while time.monotonic() < end:
        found = inspect("service", service)
        state = found.get("UpdateStatus", {}).get("State", "completed")
        runs = found["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]
        if state in {"rollback_completed", "rollback_paused", "paused"}:
            raise VersionFailed("the swarm took it back", reasons(service, image))
        if state == "completed" and runs.startswith(image) and is_complete(service, image):
            return
        time.sleep(1)
    raise VersionFailed(f"{service} did not come up in time", reasons(service, image))


def is_complete(service: str, image: str) -> bool:
    """Tell whether as many tasks of a version run as are wanted."""
    wanted = docker("service", "ls", "--filter", f"name={service}", "--format", "{{.Replicas}}")
    running, _, total = wanted.split(" ")[0].partition("/")
    form = "{{.Image}} {{.CurrentState}}"
    tasks = docker(
        "service",
        "ps",
        "--no-trunc",
        "--filter",
        "desired-state=running",
        "--format",
        form,
        service,
    )
    ours = [line for line in tasks.splitlines() if line.startswith(image) and " Running" in line]
    return running == total and len(ours) == int(total)


def reasons(service: str, image: str = "") -> str:
    """Return what the swarm says of tasks that failed, and what they printed last."""
    form = ["--no-trunc", "--format", "{{.Name}} {{.CurrentState}} {{.Error}}"]
    tasks = docker("service", "ps", *form, service)
    return f"{tasks}\n{last_words(service, image)}"


def last_words(service: str, image: str = "") -> str:
    """Return what a service printed last; with a version, what a task of that printed.

    Tasks that failed are asked first. One that was ended as unhealthy may have ended well, and one
    that was never started has printed nothing.
    """
    try:
        form = ["--no-trunc", "--format", "{{.ID}} {{.Image}} {{.CurrentState}}"]
        tasks = [line.split() for line in docker("service", "ps", *form, service).splitlines()]
        ours = [task for task in tasks if task[1] == image]
        ours.sort(key=lambda task: task[2] != "Failed")
        for source in (*(task[0] for task in ours), service):
            log = docker("service", "logs", "--tail", "15", "--raw", source, messages=True)
            if log:
                return log
    except DockerFailed as error:
        return error.printed
    return ""
