"""Checking and merging what routers are given."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dovetail.exceptions import ConfigurationError
from dovetail.routing.frontend import FrontendRoute
from dovetail.routing.frontend_files import CheckDir, Fallback, FrontendFiles
from dovetail.routing.included import IncludedRouter
from dovetail.routing.operation import merged_dependencies, merged_responses
from dovetail.routing.options import DEFAULTS
from dovetail.utils import get_value_or_default

if TYPE_CHECKING:
    from dovetail.routing.router import APIRouter


def check_prefix(prefix: str) -> None:
    """Raise `ConfigurationError` for a prefix that would make malformed paths."""
    if not prefix:
        return
    if not prefix.startswith("/"):
        raise ConfigurationError("A path prefix must start with '/'")
    if prefix.endswith("/"):
        raise ConfigurationError(
            "A path prefix must not end with '/', as the routes will start with '/'"
        )


def check_included_paths(router: "APIRouter") -> None:
    """Raise `ConfigurationError` if a route of a router that gets no prefix has an empty path."""
    for route in router.routes:
        found = route.effective_route_contexts() if isinstance(route, IncludedRouter) else [route]
        for context in found:
            if getattr(context, "path", None) == "":
                name = getattr(context, "name", "unknown")
                raise ConfigurationError(
                    f"Prefix and path cannot be both empty (path operation: {name})"
                )


def all_options(kind: type, options: Mapping[str, Any]) -> dict[str, Any]:
    """Give `options` with the defaults of those that are not there."""
    return {name: options.get(name, DEFAULTS[name]) for name in kind.__annotations__}


def merged_options(router: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Give all options of a route: those it was given, and those it has from its router."""
    given = {**DEFAULTS, **options}
    del given["route_class_override"]
    given["tags"] = [*router.tags, *(given["tags"] or ())]
    given["dependencies"] = merged_dependencies(router.dependencies, given["dependencies"])
    given["responses"] = merged_responses(router.responses, given["responses"])
    given["callbacks"] = [*router.callbacks, *(given["callbacks"] or ())]
    given["deprecated"] = given["deprecated"] or router.deprecated
    given["include_in_schema"] = given["include_in_schema"] and router.include_in_schema
    given["dependency_overrides_provider"] = router.dependency_overrides_provider
    for name, default in (
        ("response_class", router.default_response_class),
        ("generate_unique_id_function", router.generate_unique_id_function),
        ("strict_content_type", router.strict_content_type),
    ):
        given[name] = get_value_or_default(given[name], default)
    return given


def make_frontend(
    prefix: str,
    path: str,
    directory: str | os.PathLike[str],
    fallback: Fallback,
    check_dir: CheckDir,
    *,
    stacklevel: int,
) -> FrontendRoute:
    """Make the route of a frontend; see `APIRouter.frontend`."""
    if not path.startswith("/"):
        raise ConfigurationError("The path of a frontend must start with '/'")
    files = FrontendFiles(
        directory=directory, fallback=fallback, check_dir=check_dir, stacklevel=stacklevel
    )
    return FrontendRoute(prefix + path.rstrip("/"), files)
