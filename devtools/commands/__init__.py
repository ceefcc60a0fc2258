"""A command of `./dev` per module: its docstring's first line is its help, `run` does it."""
