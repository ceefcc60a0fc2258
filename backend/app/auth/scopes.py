"""The scopes of access tokens (RFC 6749, section 3.3), as the features declare them.

A feature's ``scopes.py`` has ``SCOPES``, for everyone, and ``ADMIN_SCOPES``, for administrators:
each scope with its description.
"""

from app.core.features import feature_modules


def _declared(name: str) -> dict[str, str]:
    scopes: dict[str, str] = {}
    for module in feature_modules("scopes"):
        scopes |= getattr(module, name, {})
    return scopes


_FOR_EVERYONE = _declared("SCOPES")
SCOPES = _FOR_EVERYONE | _declared("ADMIN_SCOPES")


def allowed_scopes(*, is_superuser: bool) -> frozenset[str]:
    """The scopes that an account may have."""
    return frozenset(SCOPES if is_superuser else _FOR_EVERYONE)


def join_scopes(scopes: frozenset[str]) -> str:
    """Scopes as the ``scope`` parameter, in the order of their declaration."""
    return " ".join(scope for scope in SCOPES if scope in scopes)
