"""The scopes of the accounts."""

SCOPES = {"me": "Read and change one's own account."}
ADMIN_SCOPES = {
    "users:read": "Read all accounts.",
    "users:write": "Create, change and delete all accounts.",
}
