"""Compares the core with its peers in one run: `./dev bench`, or `python -m benchmarks` from here.

Everything outside `peers/` and `application/` needs the standard library only: the peers live in an
environment of their own, outside the repository, and answer from worker processes.
"""
