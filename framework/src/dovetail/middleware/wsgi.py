"""`WSGIMiddleware`, as Starlette defines it."""

from starlette.middleware.wsgi import WSGIMiddleware as WSGIMiddleware
