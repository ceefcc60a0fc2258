"""Stands in for FastAPI in a child process: importing it makes `fastapi` an alias of `dovetail`."""

from dovetail.compat import install

install()
