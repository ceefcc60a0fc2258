"""Model fields, under the name that plug-ins know."""

from dovetail._pydantic import *  # noqa: F403
