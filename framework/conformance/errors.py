"""What stops the command."""


class ConformanceError(Exception):
    """The suite can't be run; the message says why, and what to do."""
