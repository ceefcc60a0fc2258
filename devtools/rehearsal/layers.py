"""Do two builds of the same sources give the same files?

Compared is what is in the layers: each path with its kind, mode, owner and contents. Times are left
out: only some builders can set them (docs/deployment.md).
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path

from devtools.docker import docker
from devtools.rehearsal.project import FOLDER, SLUG, Project
from devtools.rehearsal.report import expect

IMAGES = ("app", "proxy", "backup")
Layer = dict[str, tuple[object, ...]]


def rehearse(project: Project) -> str:
    """Build the images once more without the cache; every file must be as it was."""
    seen = []
    for name in IMAGES:
        again = f"{SLUG}-{name}:again"
        file = project.folder / "docker" / name / "Dockerfile"
        options: list[str | Path] = [
            "--quiet",
            "--no-cache",
            "--build-arg",
            f"TITLE={SLUG}",
            "--file",
            file,
        ]
        docker("build", *options, "--tag", again, project.folder)
        first, second = layers(f"{SLUG}-{name}:latest"), layers(again)
        docker("image", "rm", again)
        differing = differences(first, second)
        expect(not differing, f"two builds of {name} differ: {', '.join(differing[:20])}")
        seen.append(f"{name} {sum(map(len, first))} files")
    return f"the same in a build without cache: {', '.join(seen)}"


def layers(image: str) -> list[Layer]:
    """Return what is in each layer of an image."""
    path = FOLDER / "image.tar"
    docker("save", "--output", path, image)
    try:
        with tarfile.open(path) as archive:
            manifest = archive.extractfile("manifest.json")
            names = json.load(manifest)[0]["Layers"] if manifest else []
            return [contents(archive, name) for name in names]
    finally:
        path.unlink()


def contents(archive: tarfile.TarFile, name: str) -> Layer:
    """Return what is in one layer: of each path all that a program could notice, but its time."""
    found: Layer = {}
    with tarfile.open(fileobj=archive.extractfile(name)) as layer:
        for entry in layer:
            file = layer.extractfile(entry) if entry.isreg() else None
            digest = hashlib.sha256(file.read()).hexdigest() if file else ""
            owner = (entry.uid, entry.gid)
            found[entry.name] = (entry.type, entry.mode, *owner, entry.linkname, digest)
    return found


def differences(first: list[Layer], second: list[Layer]) -> list[str]:
    """Return the paths that are in one only, or are not the same in both."""
    if len(first) != len(second):
        return [f"{len(first)} layers and {len(second)}"]
    pairs = zip(first, second, strict=True)
    return [
        path
        for one, other in pairs
        for path in sorted(one.keys() | other.keys())
        if one.get(path) != other.get(path)
    ]
