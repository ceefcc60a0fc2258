"""Serving files of a directory, as Starlette defines it."""

from starlette.staticfiles import StaticFiles as StaticFiles
