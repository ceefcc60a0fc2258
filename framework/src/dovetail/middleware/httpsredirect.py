"""`HTTPSRedirectMiddleware`, as Starlette defines it."""

from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware as HTTPSRedirectMiddleware
