"""Path operations compiled to plans: decided once, at first use, then only carried out.

The package itself imports nothing: who only declares operations (a worker, a migration, a tool that
writes the document) never loads what serves them.
"""
