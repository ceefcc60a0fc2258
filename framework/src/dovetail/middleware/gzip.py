"""`GZipMiddleware`, as Starlette defines it."""

from starlette.middleware.gzip import GZipMiddleware as GZipMiddleware
