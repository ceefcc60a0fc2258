"""The form limits, under the name that FastAPI's users import."""

from dovetail.routing.limits import FormLimits as _FormLimits

__all__ = ["_FormLimits"]
