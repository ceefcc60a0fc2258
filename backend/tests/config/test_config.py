"""Public settings."""

from collections.abc import Callable

import httpx


def test_the_browser_learns_what_it_needs_and_no_more(
    client: httpx.Client, settings: Callable[..., None]
) -> None:
    settings(project_name="My project", registration_open=True)
    assert client.get("/config").json() == {
        "project_name": "My project",
        "registration_open": True,
    }
