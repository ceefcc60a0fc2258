"""Limits: what the proxy refuses one address. By its own words: the application has limits too."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace

from devtools.rehearsal.report import Unexpected, expect
from devtools.rehearsal.web import API, Answer, Client

MEBIBYTE = 1024 * 1024
AT_ONCE = 3
TIGHT = {
    "RATE_LIMIT_PER_SECOND": "1",
    "RATE_LIMIT_BURST": "5",
    "IN_FLIGHT_LIMIT": str(AT_ONCE),
}
PROXY_UP = ("up", "--detach", "--no-build", "--no-deps", "--wait", "proxy")


def rehearse(client: Client) -> str:
    """Log in too often, send too much; then, of a proxy with small limits, ask too often."""
    logins = check_logins(client)
    # A method that no list of methods would name has a body too.
    for method in ("POST", "QUERY"):
        with closing(client.begin(method, f"{API}/users", 11 * MEBIBYTE)) as connection:
            status = connection.getresponse().status
        expect(status == 413, f"{method}: a body of 11 MiB was answered with {status}")
    project = client.project
    tight = replace(project, settings={**project.settings, **TIGHT})
    tight.compose(*PROXY_UP)
    try:
        check_in_flight(client)
        asked = check_rate(client)
    finally:
        project.compose(*PROXY_UP)
    return (
        f"by the proxy: 429 after {logins} attempts to log in, 413 for 11 MiB;"
        f" with small limits 429 for a request beside {AT_ONCE} others, and after {asked} in a row"
    )


def check_logins(client: Client) -> int:
    """Return after how many attempts to log in the proxy lets no more through."""
    kind = "application/x-www-form-urlencoded"
    form = "username=nobody@example.com&password=wrong"
    for count in range(60):
        answer = client.request("POST", f"{API}/auth/token", form, Content_Type=kind)
        if is_by_proxy(answer):
            return count
    raise Unexpected("60 attempts to log in were all let through")


def check_in_flight(client: Client) -> None:
    """While as many requests as may be are under way, one more is refused."""
    path = f"{API}/users"
    held = [client.begin("POST", path, 10) for _ in range(AT_ONCE)]
    answers = []
    try:
        for _ in range(10):
            answers.append(client.request("POST", path, "x"))
            time.sleep(0.2)
    finally:
        for connection in held:
            connection.close()
    refused = [one for one in answers if one.status == 429 and b"connections" in one.body]
    expect(refused, f"beside {AT_ONCE} requests others were let through")


def check_rate(client: Client) -> int:
    """Return after how many requests in a row the proxy lets no more through."""
    for count in range(60):
        if is_by_proxy(client.request("GET", f"{API}/health/live")):
            return count
    raise Unexpected("60 requests in a row were all let through")


def is_by_proxy(answer: Answer) -> bool:
    """Tell whether the proxy's rate limit refused a request, and not the application's."""
    return answer.status == 429 and "x-retry-in" in answer.headers
