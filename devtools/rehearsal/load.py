"""A constant load through the proxy, and what came of it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from devtools.docker import docker, exists
from devtools.errors import DevError
from devtools.rehearsal.project import DOMAIN, Project

IMAGE = "rehearsal-load:latest"
NAME = "rehearsal-load"
CONNECTIONS = 8
# Reads, and writes that each have another title. What is not answered well is told with its status.
SCRIPT = """
local auth = {
  ["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/json",
}
local gets = {"/", "/api/v1/config", "/api/v1/users/me", "/api/v1/health/live"}
local writes = os.getenv("WRITES")
local run = os.getenv("RUN")
local count = 0
request = function()
  count = count + 1
  if writes and count % 5 == 0 then
    return wrk.format("POST", writes, auth, '{"title": "load ' .. run .. " " .. count .. '"}')
  end
  return wrk.format("GET", gets[count % #gets + 1], auth)
end
response = function(status, headers, body)
  if status >= 300 then io.stderr:write("BAD " .. status .. " " .. body:sub(1, 100) .. "\\n") end
end
"""


@dataclass(frozen=True)
class Outcome:
    """How many requests there were, how fast, and which went wrong."""

    requests: int
    per_second: float
    slowest: str
    bad: list[str]


def build(project: Project) -> None:
    """Build the image of the load generator."""
    if not exists("image", IMAGE):
        folder = project.folder / "docker" / "test"
        docker("build", "--quiet", "--tag", IMAGE, "--file", folder / "load.Dockerfile", folder)


def start(token: str, seconds: int, writes: str, *hosts: str) -> None:
    """Start the load, on the host's network, against the addresses of the proxy."""
    docker("rm", "--force", NAME)
    variables = {"TOKEN": token, "RUN": str(time.time_ns())} | (
        {"WRITES": writes} if writes else {}
    )
    env = [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]
    names = [part for host in hosts for part in ("--add-host", f"{DOMAIN}:{host}")]
    wrk = f"wrk -t1 -c{CONNECTIONS} -d{seconds}s --timeout 10s -s /tmp/load.lua https://{DOMAIN}/"
    command = f"cat >/tmp/load.lua <<'LUA'\n{SCRIPT}\nLUA\nexec {wrk}"
    options = ["--detach", "--name", NAME, "--network", "host", *names, *env]
    docker("run", *options, IMAGE, "sh", "-c", command)


def finish() -> Outcome:
    """Wait for the load's end and return what came of it."""
    docker("wait", NAME)
    told = docker("logs", NAME, messages=True)
    docker("rm", "--force", NAME)
    requests = re.search(r"(\d+) requests in", told)
    if requests is None:
        raise DevError(f"the load did not run: {told[-2000:]}")
    bad = re.findall(r"BAD .*|Socket errors:.*|Non-2xx.*", told)
    speed = re.search(r"Requests/sec:\s+([\d.]+)", told)
    slowest = re.search(r"Latency\s+\S+\s+\S+\s+(\S+)", told)
    return Outcome(
        requests=int(requests[1]),
        per_second=float(speed[1]) if speed else 0.0,
        slowest=slowest[1] if slowest else "",
        bad=bad,
    )
