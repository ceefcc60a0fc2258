"""The plain interpreter: walks the tree of dependants at every request, value by value.

Slow, and short enough to be checked by reading: what a plan does must equal what this does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope
from starlette.websockets import WebSocket

from dovetail._plan.body import read_body
from dovetail._plan.generators import enter_generator
from dovetail._plan.location import endpoint_context
from dovetail._plan.model import Overrides
from dovetail._plan.respond import make_response, new_sub_response
from dovetail._plan.run import FILE_STACK, FUNCTION_STACK, REQUEST_STACK
from dovetail._plan.sse import sse_response
from dovetail._plan.stream import stream_response
from dovetail._pydantic import Undefined
from dovetail.background import BackgroundTasks
from dovetail.dependencies.analyze import get_dependant
from dovetail.dependencies.body import body_to_args
from dovetail.dependencies.callables import (
    is_async_gen_callable,
    is_coroutine_callable,
    is_gen_callable,
)
from dovetail.dependencies.graph import cache_key, oauth_scopes
from dovetail.dependencies.values import Errors, params_to_args
from dovetail.exceptions import (
    DovetailError,
    EndpointContext,
    RequestValidationError,
    WebSocketRequestValidationError,
)
from dovetail.security.oauth2 import SecurityScopes
from dovetail.types import DependencyCacheKey

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant
    from dovetail.routing.config import OperationConfig


# The injected response, the background tasks, and where the operation is defined.
Outcome = tuple[Response, StarletteBackgroundTasks | None, Callable[[], EndpointContext]]


@dataclass
class SolvedDependency:
    """What resolving a tree of dependants gave."""

    values: dict[str, Any]
    errors: list[Any]
    background_tasks: StarletteBackgroundTasks | None
    response: Response
    dependency_cache: dict[DependencyCacheKey, Any]


@dataclass
class Solver:
    """Resolves the dependencies of one request."""

    connection: Any
    overrides: Overrides
    embed: bool
    body: Any = Undefined
    response: Response = field(default_factory=new_sub_response)
    background: StarletteBackgroundTasks | None = None
    cache: dict[DependencyCacheKey, Any] = field(default_factory=dict)

    def shown_body(self) -> Any:
        """Return the body as errors show it: None if there is none."""
        return None if self.body is Undefined else self.body

    async def solve(self, dependant: Dependant) -> tuple[dict[str, Any], Errors]:
        """Return the arguments for calling `dependant`, and the validation errors."""
        values: dict[str, Any] = {}
        errors: Errors = []
        for sub in dependant.dependencies:
            value, sub_errors = await self._solve_dependency(sub)
            errors += sub_errors
            if not sub_errors and sub.name is not None:
                values[sub.name] = value
        for arguments, found in await self._parameters(dependant):
            values.update(arguments)
            errors += found
        values.update(self._injected(dependant))
        return values, errors

    async def _solve_dependency(self, sub: Dependant) -> tuple[Any, Errors]:
        used = self._overridden(sub)
        arguments, errors = await self.solve(used)
        if errors:
            return None, errors
        key = cache_key(dependant=sub)
        # An unhashable callable is neither shared nor overridden.
        is_shared = is_hashable(sub.call)
        if is_shared and sub.use_cache and key in self.cache:
            return self.cache[key], []
        value = await self._call(used, arguments, ends_early=sub.scope == "function")
        if is_shared:
            self.cache.setdefault(key, value)
        return value, []

    def _overridden(self, sub: Dependant) -> Dependant:
        if sub.call is None or not is_hashable(sub.call) or sub.call not in self.overrides:
            return sub
        return get_dependant(
            path=sub.path or "",
            call=self.overrides[sub.call],
            name=sub.name,
            parent_oauth_scopes=oauth_scopes(dependant=sub),
            scope=sub.scope,
            concurrency=sub.concurrency,
        )

    async def _call(
        self, dependant: Dependant, arguments: dict[str, Any], *, ends_early: bool
    ) -> Any:
        call = dependant.call
        assert call is not None
        if is_gen_callable(call) or is_async_gen_callable(call):
            scope = self.connection.scope
            return await enter_generator(
                call,
                arguments,
                stack=_stack(scope, FUNCTION_STACK if ends_early else REQUEST_STACK),
                request_stack=_stack(scope, REQUEST_STACK),
                scope=scope,
                concurrency=dependant.concurrency,
            )
        if dependant.concurrency is None:
            return await _call_plain(call, arguments)
        async with dependant.concurrency.get_semaphore():
            return await _call_plain(call, arguments)

    async def _parameters(self, dependant: Dependant) -> list[tuple[dict[str, Any], Errors]]:
        connection = self.connection
        results = [
            params_to_args(dependant.path_params, connection.path_params),
            params_to_args(dependant.query_params, connection.query_params),
            params_to_args(dependant.header_params, connection.headers),
            params_to_args(dependant.cookie_params, connection.cookies),
        ]
        if dependant.body_params:
            results.append(await body_to_args(dependant.body_params, self.body, self.embed))
        return results

    def _injected(self, dependant: Dependant) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if dependant.http_connection_param_name:
            values[dependant.http_connection_param_name] = self.connection
        if dependant.request_param_name and isinstance(self.connection, Request):
            values[dependant.request_param_name] = self.connection
        if dependant.websocket_param_name and isinstance(self.connection, WebSocket):
            values[dependant.websocket_param_name] = self.connection
        if dependant.background_tasks_param_name:
            if self.background is None:
                self.background = BackgroundTasks()
            values[dependant.background_tasks_param_name] = self.background
        if dependant.response_param_name:
            values[dependant.response_param_name] = self.response
        if dependant.security_scopes_param_name:
            scopes = SecurityScopes(scopes=oauth_scopes(dependant=dependant))
            values[dependant.security_scopes_param_name] = scopes
        return values


def is_hashable(call: Any) -> bool:
    """Whether `call` can be a key; decided by its class, since `hash()` may be costly."""
    return getattr(type(call), "__hash__", None) is not None


async def _call_plain(call: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    if is_coroutine_callable(call):
        return await call(**arguments)
    return await run_in_threadpool(call, **arguments)


def _stack(scope: Scope, name: str) -> AsyncExitStack:
    stack = scope.get(name)
    if not isinstance(stack, AsyncExitStack):
        raise DovetailError(f"{name} not found in request scope")
    return stack


async def solve_dependencies(
    *,
    request: Request | WebSocket,
    dependant: Dependant,
    body: Any = Undefined,
    background_tasks: StarletteBackgroundTasks | None = None,
    response: Response | None = None,
    dependency_overrides_provider: Any | None = None,
    dependency_cache: dict[DependencyCacheKey, Any] | None = None,
    async_exit_stack: AsyncExitStack | None = None,
    embed_body_fields: bool,
) -> SolvedDependency:
    """Resolve a dependant for a request whose scope holds the exit stacks."""
    solver = Solver(
        connection=request,
        overrides=getattr(dependency_overrides_provider, "dependency_overrides", {}),
        embed=embed_body_fields,
        body=body,
        response=new_sub_response() if response is None else response,
        background=background_tasks,
        cache={} if dependency_cache is None else dependency_cache,
    )
    values, errors = await solver.solve(dependant)
    return SolvedDependency(
        values=values,
        errors=errors,
        background_tasks=solver.background,
        response=solver.response,
        dependency_cache=solver.cache,
    )


@dataclass(frozen=True)
class Interpreter:
    """Answers requests to one path operation."""

    config: OperationConfig
    dependant: Dependant
    overrides: Overrides

    async def handle(self, request: Request) -> Response:
        """Return the response; raise `RequestValidationError` for an invalid request."""
        body = await read_body(request, self.config, lambda: self._where(request.scope))
        if isinstance(body, FormData):
            files = FILE_STACK if FILE_STACK in request.scope else REQUEST_STACK
            _stack(request.scope, files).push_async_callback(body.close)
        solver = Solver(request, self.overrides, self.config.embed_body_fields, body)
        values, errors = await self._solve(solver)
        if errors:
            raise RequestValidationError(
                errors,
                body=solver.shown_body(),
                endpoint_ctx=self._where(request.scope),
            )
        return await self._respond(request, solver, values)

    def _where(self, scope: Scope) -> EndpointContext:
        return endpoint_context(self.dependant.call, self.dependant.path, scope)

    async def _solve(self, solver: Solver) -> tuple[dict[str, Any], Errors]:
        return await solver.solve(self.dependant)

    async def _call_endpoint(self, values: dict[str, Any]) -> Any:
        call = self.dependant.call
        assert call is not None
        return await _call_plain(call, values)

    async def _make_response(self, result: Any, outcome: Outcome, *, in_thread: bool) -> Response:
        return await make_response(self.config, result, *outcome, in_thread=in_thread)

    async def _respond(self, request: Request, solver: Solver, values: dict[str, Any]) -> Response:
        call = self.dependant.call
        assert call is not None

        def where() -> EndpointContext:
            return self._where(request.scope)

        outcome: Outcome = (solver.response, solver.background, where)
        if self.config.is_sse_stream:
            return sse_response(self.config, call, values, *outcome)
        if is_gen_callable(call) or is_async_gen_callable(call):
            return stream_response(self.config, call, values, *outcome)
        result = await self._call_endpoint(values)
        in_thread = not is_coroutine_callable(call)
        return await self._make_response(result, outcome, in_thread=in_thread)

    async def serve(self, websocket: WebSocket) -> None:
        """Serve a WebSocket; raise `WebSocketRequestValidationError` for an invalid request."""
        solver = Solver(websocket, self.overrides, self.config.embed_body_fields)
        values, errors = await self._solve(solver)
        if errors:
            raise WebSocketRequestValidationError(errors, endpoint_ctx=self._where(websocket.scope))
        await self._serve_endpoint(values)

    async def _serve_endpoint(self, values: dict[str, Any]) -> None:
        assert self.dependant.call is not None
        await self.dependant.call(**values)
