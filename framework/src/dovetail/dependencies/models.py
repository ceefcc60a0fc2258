"""What a callable needs to be called: the result of reading its signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from dovetail._pydantic import ModelField
from dovetail.concurrency import _DependencyConcurrency


@dataclass(slots=True)
class Dependant:
    """A path operation function or a dependency, with all that its parameters declare.

    `name` is the parameter that receives the value, None when nobody does; `call` what is called;
    `path` that of the operation it belongs to. The `…_param_name` attributes name the parameters
    that receive an object of the request instead of a value.
    """

    path_params: list[ModelField] = field(default_factory=list)
    query_params: list[ModelField] = field(default_factory=list)
    header_params: list[ModelField] = field(default_factory=list)
    cookie_params: list[ModelField] = field(default_factory=list)
    body_params: list[ModelField] = field(default_factory=list)
    dependencies: list[Dependant] = field(default_factory=list)
    name: str | None = None
    call: Callable[..., Any] | None = None
    request_param_name: str | None = None
    websocket_param_name: str | None = None
    http_connection_param_name: str | None = None
    response_param_name: str | None = None
    background_tasks_param_name: str | None = None
    security_scopes_param_name: str | None = None
    own_oauth_scopes: list[str] | None = None
    parent_oauth_scopes: list[str] | None = None
    use_cache: bool = True
    path: str | None = None
    scope: Literal["function", "request"] | None = None
    concurrency: _DependencyConcurrency | None = None


# Under these names they are imported by code that inspects dependencies.
from dovetail.dependencies.callables import (  # noqa: E402
    _is_async_gen_callable_cached as _is_async_gen_callable_cached,
)
from dovetail.dependencies.callables import (  # noqa: E402
    _is_coroutine_callable_cached as _is_coroutine_callable_cached,
)
from dovetail.dependencies.callables import (  # noqa: E402
    _is_gen_callable_cached as _is_gen_callable_cached,
)
from dovetail.dependencies.callables import (  # noqa: E402
    is_async_gen_callable as _is_async_gen_callable,  # noqa: F401
)
from dovetail.dependencies.callables import (  # noqa: E402
    is_coroutine_callable as _is_coroutine_callable,  # noqa: F401
)
from dovetail.dependencies.callables import (  # noqa: E402
    is_gen_callable as _is_gen_callable,  # noqa: F401
)
from dovetail.dependencies.graph import cache_key as _get_cache_key  # noqa: E402, F401
from dovetail.dependencies.graph import computed_scope as _get_computed_scope  # noqa: E402, F401
from dovetail.dependencies.graph import is_security_scheme as _is_security_scheme  # noqa: E402, F401
from dovetail.dependencies.graph import oauth_scopes as _get_oauth_scopes  # noqa: E402, F401
from dovetail.dependencies.graph import security_scheme as _get_security_scheme  # noqa: E402, F401
from dovetail.dependencies.graph import uses_scopes as _uses_scopes  # noqa: E402, F401
