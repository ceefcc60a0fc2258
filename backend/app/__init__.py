"""The application: one folder for each feature, ``core`` and ``kit`` for what features share."""
