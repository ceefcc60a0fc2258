"""A client that calls an application in the same process (needs the package `httpx`)."""

from starlette.testclient import TestClient as TestClient
