"""The example feature: things that belong to a user."""
