"""Annotation predicates, under the name that plug-ins know."""

from dovetail._annotations import *  # noqa: F403
from dovetail._pydantic import PYDANTIC_VERSION_MINOR_TUPLE as PYDANTIC_VERSION_MINOR_TUPLE
