"""A deploy on one machine, during which every request is answered.

`app` is replaced while `app-standby`, a second container of the new version, serves in its place:

    start standby -> both serve -> replace app -> both serve -> end standby

A container that is ended tells the proxy first (docker/app/serve.py), so no step has a gap.
If the new version does not become ready, the old one was never touched, or is put back.
"""

from __future__ import annotations

from devtools.deployment import images, proxy
from devtools.docker import DockerFailed, compose, container_of, docker
from devtools.errors import DevError
from devtools.progress import say, step

# Seconds.
READY_TIMEOUT = "120"
WORKER_TIMEOUT = "60"
STANDBY = "app-standby"


class VersionFailed(DevError):
    """The new version did not become ready; the old one serves."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"the new version failed: {where}\n{reason}", "The old version serves.")


def deploy(image: str, *, migrate: bool) -> None:
    """Replace the running version by `image`; start everything where nothing runs yet.

    Raises VersionFailed if the new version does not work; the old one serves then.
    """
    running = container_of("app")
    if not running:
        first(image)
        return
    old = images.pin_local(docker("inspect", "--format", "{{.Config.Image}}", running))
    if migrate:
        run_migrations(image)
    start_standby(image)
    service = "app"
    try:
        replace_app(image)
        with step("Asking through the proxy"):
            proxy.smoke_test()
        service = "worker"
        with step("Replacing the worker"):
            up("worker", image, timeout=WORKER_TIMEOUT)
    except DevError as error:
        reason = f"{error.problem}\n{last_words(service)}"
        go_back(old, worker=service == "worker")
        raise VersionFailed(f"its {service} did not become ready", reason) from error
    with step("Ending the standby"):
        remove_standby()


def first(image: str) -> None:
    """Start everything, where nothing runs yet. Raises DevError with the reason if that fails."""
    options = ("--detach", "--no-build", "--wait", "--wait-timeout", READY_TIMEOUT)
    with step("Starting everything for the first time"):
        try:
            compose("up", *options, env={"APP_IMAGE": image})
        except DockerFailed as error:
            words = [last_words(service) for service in ("migrate", "app", "worker")]
            raise DevError(
                "\n".join(part for part in (error.problem, *words) if part),
                "Images that are not built here are named in .env (docs/deployment.md).",
            ) from error
    with step("Asking through the proxy"):
        proxy.smoke_test(60)


def up(service: str, image: str, *, timeout: str = READY_TIMEOUT) -> None:
    """Start or replace one service, and wait until it is healthy."""
    options = ("--detach", "--no-deps", "--no-build", "--wait", "--wait-timeout", timeout)
    compose("up", *options, service, env={"APP_IMAGE": image})


def run_migrations(image: str) -> None:
    """Bring the database to the new version's revisions, on which the old one must work too."""
    with step("Migrating the database"):
        try:
            compose("run", "--rm", "--no-deps", "-T", "migrate", env={"APP_IMAGE": image})
        except DockerFailed as error:
            raise VersionFailed("its migration", error.printed.strip()[-3000:]) from error


def start_standby(image: str) -> None:
    """Start the new version beside the old one, and wait until the proxy sends it requests."""
    with step("Starting the new version beside the old one"):
        remove_standby()
        try:
            up(STANDBY, image)
            proxy.wait_for_server(STANDBY, "UP", image)
        except DevError as error:
            reason = f"{error.problem}\n{last_words(STANDBY)}"
            remove_standby()
            raise VersionFailed("it did not become ready", reason) from error


def replace_app(image: str) -> None:
    """Drain and replace `app`, while the standby serves."""
    with step("Replacing the old version"):
        up("app", image)
        proxy.wait_for_server("app", "UP", image)


def go_back(old: str, *, worker: bool) -> None:
    """Put the old version back in its place, while the standby still serves."""
    with step("Going back to the old version"):
        up("app", old)
        proxy.wait_for_server("app", "UP", old)
        if worker:
            up("worker", old)
        remove_standby()


def remove_standby() -> None:
    """End and remove the standby, if there is one."""
    if container_of(STANDBY):
        compose("stop", STANDBY)
        compose("rm", "--force", STANDBY)


def last_words(service: str) -> str:
    """Return what a service's container printed last, and what its health check said."""
    container = container_of(service)
    if not container:
        return ""
    try:
        health = docker("inspect", "--format", "{{json .State}}", container)
        log = docker("logs", "--tail", "15", container, messages=True)
    except DockerFailed as error:
        say(error.problem)
        return ""
    return f"{log}\n{health[-800:]}"
