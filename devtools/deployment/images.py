"""Images: which one is meant, exactly."""

from __future__ import annotations

import re

from devtools.docker import DockerFailed, compose, docker, exists, inspect
from devtools.errors import DevError

DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def pin(reference: str) -> str:
    """Return the reference of an image that can never mean another one.

    An image of a registry is pulled and named by its digest. One that was built here gets a tag
    made of its content's hash, so that a later build does not take its name away.
    Raises DevError if there is no such image.
    """
    if DIGEST.search(reference):
        if not exists("image", reference):
            docker("pull", "--quiet", reference)
        return reference
    try:
        docker("pull", "--quiet", reference)
    except DockerFailed as error:
        if not exists("image", reference):
            raise DevError(f"there is no image {reference}", error.printed.strip()) from error
    return digest_of(reference) or tag_by_content(reference)


def pin_local(reference: str) -> str:
    """Return a reference that stays with the image, for one that is on this machine."""
    return reference if DIGEST.search(reference) else tag_by_content(reference)


def digest_of(reference: str) -> str:
    """Return `repository@sha256:…` of an image that came from a registry; empty if it did not."""
    repository = re.sub(r":[^:/]+$", "", reference)
    digests: list[str] = inspect("image", reference)["RepoDigests"] or []
    return next((digest for digest in digests if digest.startswith(f"{repository}@")), "")


def tag_by_content(reference: str) -> str:
    """Give a local image a tag that names its content; return the reference with that tag."""
    repository = re.sub(r":[^:/]+$", "", reference)
    pinned = f"{repository}:{inspect('image', reference)['Id'].removeprefix('sha256:')[:16]}"
    docker("tag", reference, pinned)
    return pinned


def build(slug: str) -> str:
    """Build all images from the sources here; return the application's pinned reference."""
    name = f"{slug}-app:latest"
    compose("build", "--quiet", env={"APP_IMAGE": name})
    return tag_by_content(name)
