"""Checks that a port can be had before work begins that needs it."""

from __future__ import annotations

import socket

from devtools.errors import DevError


def in_use(port: int) -> bool:
    """Tell whether something listens on `port` of this machine, on IPv4 or IPv6."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.settimeout(1)
                if probe.connect_ex((host, port)) == 0:
                    return True
        except OSError:
            continue
    return False


def demand_free(port: int, purpose: str, option: str) -> None:
    """Raise DevError if `port` cannot be listened on; name the option that chooses another."""
    problem = ""
    if in_use(port):
        problem = f"port {port} is in use, and {purpose} needs it"
    else:
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError as error:
            problem = f"port {port}, which {purpose} needs, cannot be used: {error.strerror}"
    if problem:
        raise DevError(
            problem,
            f"Stop the program that uses it (`lsof -i :{port}` or `ss -ltnp` names it),"
            f" or choose another port: {option} {find_free()}",
        )


def find_free() -> int:
    """Return a port that is free at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
