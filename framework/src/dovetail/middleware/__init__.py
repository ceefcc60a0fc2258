"""Middleware: a class and the arguments to build it with."""

from starlette.middleware import Middleware as Middleware
