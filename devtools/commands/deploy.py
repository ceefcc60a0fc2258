"""Deploy a version without losing a request: ./dev deploy [IMAGE] [--build | --swarm]

IMAGE is a reference such as ghcr.io/me/app:1.2.3; it is pulled, and pinned by its digest. Without
it the image of APP_IMAGE in .env is deployed again; with --build one that is built here. A version
that does not become ready is taken back, and the command fails with the reason. More about it is
in docs/deployment.md.
"""

from __future__ import annotations

import argparse

from devtools import envfile
from devtools.deployment import compose, images, lock, record, swarm
from devtools.docker import demand_engine
from devtools.errors import DevError
from devtools.progress import say, step


def run(arguments: list[str]) -> int:
    """Deploy to this machine, or to the swarm that this machine manages."""
    parser = argparse.ArgumentParser(prog="./dev deploy", description=__doc__)
    parser.add_argument("image", nargs="?", help="the version to deploy")
    parser.add_argument("--build", action="store_true", help="build it here")
    parser.add_argument("--swarm", action="store_true", help="to the swarm, with `docker stack`")
    options = parser.parse_args(arguments)
    if options.build and (options.image or options.swarm):
        parser.error(
            "--build goes with neither IMAGE nor --swarm, whose nodes pull from a registry"
        )
    demand_engine()
    with lock.only_one():
        current, previous = record.read()
        image = choose(options.image or current, build=options.build)
        if options.swarm:
            swarm.deploy(image)
        else:
            compose.deploy(image, migrate=True)
        if image != current:
            record.write(image, current or previous)
    say(f"Deployed {image}")
    return 0


def choose(reference: str, *, build: bool) -> str:
    """Return the pinned reference of what is to be deployed."""
    if build:
        with step("Building the image"):
            return images.build(envfile.ensure()["PROJECT_SLUG"])
    if not reference:
        raise DevError(
            "no image is named, and .env has no APP_IMAGE",
            "Name one: ./dev deploy ghcr.io/me/app:1.2.3, or build it here: ./dev deploy --build",
        )
    with step(f"Getting {reference}"):
        return images.pin(reference)
