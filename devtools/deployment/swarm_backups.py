"""Backups of a stack: taken and restored by jobs on the node that keeps them."""

from __future__ import annotations

from devtools.deployment import swarm
from devtools.deployment.swarm import Stack
from devtools.docker import docker
from devtools.progress import say, step

DAY = 24 * 3600.0
USERS = ("app", "worker")


def run(image: str, command: str) -> str:
    """Run a command of the backups, such as `now` or `list`; return what it printed last.

    Raises JobFailed if it fails.
    """
    stack = swarm.render(image)
    stack["services"]["backup-job"] = as_job(stack, "backup", command)
    return swarm.run_job(stack["name"], stack, "backup-job", DAY)


def restore(image: str, snapshot: str) -> None:
    """Replace the database's contents by a backup's, then migrate and start a version.

    Raises JobFailed if the backup cannot be restored: the database is then as it was, and the
    application stands still.
    """
    stack = swarm.render(image, "restore")
    name = stack["name"]
    stack["services"]["restore"] = as_job(stack, "restore", "restore", snapshot)
    with step("Starting the database"):
        swarm.start_database(name, stack)
    with step("Stopping the application"):
        stop(name)
    with step(f"Restoring {snapshot}"):
        told = swarm.run_job(name, stack, "restore", DAY)
    say(told)
    swarm.deploy(image)


def as_job(stack: Stack, service: str, *command: str) -> Stack:
    """Return a service that runs a command once, where the backups are."""
    place = {**stack["services"]["backup"]["deploy"], "mode": "replicated-job"}
    return {
        **stack["services"][service],
        "command": list(command),
        "deploy": {**place, "restart_policy": {"condition": "none"}},
        "healthcheck": {"disable": True},
    }


def stop(name: str) -> None:
    """End all replicas that use the database."""
    existing = docker("service", "ls", "--format", "{{.Name}}").split()
    wanted = [f"{name}_{service}=0" for service in USERS if f"{name}_{service}" in existing]
    if wanted:
        docker("service", "scale", *wanted)
