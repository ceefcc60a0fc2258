"""`TrustedHostMiddleware`, as Starlette defines it."""

from starlette.middleware.trustedhost import TrustedHostMiddleware as TrustedHostMiddleware
