"""Brings the project into the state that all commands need: installed, and built."""

from __future__ import annotations

from devtools import client, install
from devtools.paths import FRONTEND


def everything(*, build: bool = True) -> None:
    """Install all packages; build the frontend too, unless it is served from its sources."""
    install.python_packages()
    if FRONTEND.is_dir():
        install.node_packages()
        client.ensure()
        if build:
            install.frontend_build()
