"""One file per framework, written as its users would write it well.

A module serves the shapes for which it has a function of the shape's key: `hello()` returns the
application that answers the shape `hello`. A shape that a framework cannot express is left out.
"""
