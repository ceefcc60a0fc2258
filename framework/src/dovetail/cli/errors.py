"""What goes wrong on the command line, told in one or two lines."""


class CommandError(Exception):
    """The command can't do its work; the message says why, and what to do."""
