"""The scopes of access tokens (RFC 6749, section 3.3)."""

SCOPES = {
    "me": "Read and change one's own account.",
    "items:read": "Read one's own items.",
    "items:write": "Create, change and delete one's own items.",
    "users:read": "Read all accounts (administrators).",
    "users:write": "Create, change and delete all accounts (administrators).",
}
_ADMINISTRATORS_ONLY = frozenset({"users:read", "users:write"})
_EVERYONE = frozenset(SCOPES) - _ADMINISTRATORS_ONLY


def allowed_scopes(*, is_superuser: bool) -> frozenset[str]:
    """The scopes that an account may have."""
    return frozenset(SCOPES) if is_superuser else _EVERYONE


def join_scopes(scopes: frozenset[str]) -> str:
    """Scopes as the ``scope`` parameter, in the order of their declaration."""
    return " ".join(scope for scope in SCOPES if scope in scopes)
