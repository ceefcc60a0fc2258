"""The scopes of the items."""

SCOPES = {
    "items:read": "Read one's own items.",
    "items:write": "Create, change and delete one's own items.",
}
