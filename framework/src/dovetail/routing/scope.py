"""What routing leaves in the scope of a request for others to find."""

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from starlette.types import Scope

if TYPE_CHECKING:
    from dovetail.routing.effective import EffectiveRoute

# A mapping under this key tells which inclusion of a route answers the request. Error trackers
# and metrics read it, so it is named as they know it.
FRAMEWORK = "fastapi"
EFFECTIVE_ROUTE = "effective_route_context"
INCLUDED_ROUTER = "included_router"
# Limits of the routers and applications that a request has passed.
FORM_LIMITS = "form_limits"

MISSING: Any = object()

# Set when an operation fails after its response was begun, so that no second one is sent.
from dovetail._plan.failures import RESPONSE_STARTED as RESPONSE_STARTED  # noqa: E402

# The inclusion for which `get_route_handler()` is being called.
effective_route: "ContextVar[EffectiveRoute | None]" = ContextVar(
    "dovetail_effective_route", default=None
)


def framework_scope(scope: Scope) -> dict[str, Any]:
    """Give the mapping of routing in `scope`; an empty one if there is none."""
    found = scope.get(FRAMEWORK)
    return found if isinstance(found, dict) else {}


def restore_framework(scope: Scope, key: str, before: Any) -> None:
    """Put `before` back under `key` of the mapping of routing; `MISSING` takes the key out.

    The mapping goes too if nothing is left in it. One that is not ours is left alone.
    """
    mapping = scope.get(FRAMEWORK)
    if not isinstance(mapping, dict):
        return
    if before is not MISSING:
        mapping[key] = before
        return
    mapping.pop(key, None)
    if not mapping:
        del scope[FRAMEWORK]


def with_framework(scope: Scope, **values: Any) -> dict[str, Any]:
    """Give a copy of the mapping of routing in `scope` with `values` in it."""
    return {**framework_scope(scope), **values}
