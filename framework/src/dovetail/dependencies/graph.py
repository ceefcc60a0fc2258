"""Questions about a tree of dependants: scopes, cache keys, all parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dovetail import params
from dovetail._annotations import lenient_issubclass, model_type
from dovetail._pydantic import ModelField, get_cached_model_fields
from dovetail.dependencies.callables import is_async_gen_callable, is_gen_callable, unwrapped
from dovetail.types import DependencyCacheKey

if TYPE_CHECKING:
    from pydantic import BaseModel

    from dovetail.dependencies.models import Dependant
    from dovetail.security.base import SecurityBase

_UsesScopesCache = dict[int, tuple["Dependant", bool]]


def oauth_scopes(*, dependant: Dependant) -> list[str]:
    """Return the OAuth2 scopes that apply: those of the outer dependants, then its own."""
    scopes = [*(dependant.parent_oauth_scopes or ()), *(dependant.own_oauth_scopes or ())]
    return list(dict.fromkeys(scopes))


def computed_scope(*, dependant: Dependant) -> str | None:
    """Return when the dependency ends: as declared; with `yield` by default "request"."""
    if dependant.scope:
        return dependant.scope
    if is_gen_callable(dependant.call) or is_async_gen_callable(dependant.call):
        return "request"
    return None


def is_security_scheme(*, dependant: Dependant) -> bool:
    """Whether what is called is a security scheme of OpenAPI."""
    from dovetail.security.base import SecurityBase

    return isinstance(unwrapped(dependant.call), SecurityBase)


def security_scheme(*, dependant: Dependant) -> SecurityBase:
    """Return the security scheme that is called; raise `TypeError` when there is none."""
    from dovetail.security.base import SecurityBase

    scheme = unwrapped(dependant.call)
    if not isinstance(scheme, SecurityBase):
        raise TypeError(f"{scheme!r} is no security scheme")
    return scheme


def uses_scopes(*, dependant: Dependant, cache: _UsesScopesCache | None = None) -> bool:
    """Whether the value can depend on the OAuth2 scopes asked for, directly or below."""
    cache = {} if cache is None else cache
    known = cache.get(id(dependant))
    if known is not None and known[0] is dependant:
        return known[1]
    result = (
        bool(dependant.own_oauth_scopes)
        or dependant.security_scopes_param_name is not None
        or is_security_scheme(dependant=dependant)
        or any(uses_scopes(dependant=sub, cache=cache) for sub in dependant.dependencies)
    )
    cache[id(dependant)] = (dependant, result)
    return result


def cache_key(
    *, dependant: Dependant, uses_scopes_cache: _UsesScopesCache | None = None
) -> DependencyCacheKey:
    """Return what two dependants have in common when they share one value in a request."""
    scopes: tuple[str, ...] = ()
    if uses_scopes(dependant=dependant, cache=uses_scopes_cache):
        scopes = tuple(sorted(set(oauth_scopes(dependant=dependant))))
    return dependant.call, scopes, computed_scope(dependant=dependant) or ""


def walk(dependant: Dependant) -> Iterator[Dependant]:
    """Yield a dependant and all below it, each before those it depends on."""
    pending = [dependant]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(current.dependencies))


def _walk_distinct(dependant: Dependant) -> Iterator[Dependant]:
    seen: list[DependencyCacheKey] = []
    scopes_cache: _UsesScopesCache = {}
    pending = [dependant]
    while pending:
        current = pending.pop()
        key = cache_key(dependant=current, uses_scopes_cache=scopes_cache)
        # A list, since callables may be unhashable.
        if key in seen:
            continue
        seen.append(key)
        yield current
        pending.extend(reversed(current.dependencies))


def is_json_field(field: ModelField) -> bool:
    """Whether the value is text that holds JSON (`pydantic.Json`)."""
    from pydantic import Json

    return any(type(item) is Json for item in field.field_info.metadata)


def param_model(field: ModelField) -> type[BaseModel] | None:
    """Return the model whose fields are the parameters that `field` stands for, if it is one."""
    from pydantic import BaseModel

    annotation: Any = field.field_info.annotation
    if isinstance(field.field_info, (params.Query, params.Header, params.Cookie)):
        annotation = model_type(annotation)
    if lenient_issubclass(annotation, BaseModel) and not is_json_field(field):
        return annotation
    return None


def flat_fields(fields: Sequence[ModelField]) -> list[ModelField]:
    """Return `fields`, each parameter model replaced by its own fields."""
    result: list[ModelField] = []
    for field in fields:
        model = param_model(field)
        result.extend([field] if model is None else get_cached_model_fields(model))
    return result


def flat_params(dependant: Dependant) -> list[ModelField]:
    """Return all parameters outside the body, below `dependant` as well; path ones first."""
    dependants = list(_walk_distinct(dependant))
    sources = ("path_params", "query_params", "header_params", "cookie_params")
    return [
        field
        for source in sources
        for field in flat_fields([f for d in dependants for f in getattr(d, source)])
    ]


def flat_body_params(dependant: Dependant) -> list[ModelField]:
    """Return the body parameters of `dependant` and of all below it."""
    return [field for current in walk(dependant) for field in current.body_params]
