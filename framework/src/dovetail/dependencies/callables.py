"""Which kind of callable: coroutine function, generator function, async generator function.

Wrappers (`functools.partial`, `functools.wraps`) and objects with `__call__` are looked through.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

if sys.version_info >= (3, 13):
    from inspect import iscoroutinefunction
else:
    # Up to 3.12 only asyncio's function knows functions marked by `asyncio.coroutine`-like
    # decorators, and a marked function must be awaited, not run in a thread.
    from asyncio import iscoroutinefunction

_CACHE_SIZE = 4096


class _Identity:
    """A cache key for callables that are unhashable, or equal to others that differ."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call

    def __hash__(self) -> int:
        return id(self.call)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.call is other.call


def without_partial(call: Any) -> Any:
    """Return the function under any number of `functools.partial`."""
    while isinstance(call, partial):
        call = call.func
    return call


def unwrapped(call: Any) -> Any:
    """Return the function under `functools.partial` and `functools.wraps`."""
    return None if call is None else inspect.unwrap(without_partial(call))


def _faces(call: Any) -> Iterator[Any]:
    """Yield what decides about the kind of `call`: itself, and what it wraps."""
    yield without_partial(call)
    yield unwrapped(call)


def _methods(call: Any) -> Iterator[Any]:
    """Yield the `__call__` of an object and of what it wraps; nothing for a class."""
    if inspect.isclass(unwrapped(call)):
        return
    for face in _faces(call):
        method = getattr(face, "__call__", None)  # noqa: B004 (the method itself is inspected)
        if method is not None:
            yield from _faces(method)


def _is_generator_like(call: Any, test: Callable[[Any], bool]) -> bool:
    return any(map(test, _faces(call))) or any(map(test, _methods(call)))


@lru_cache(maxsize=_CACHE_SIZE)
def _is_gen_callable_cached(identity: _Identity) -> bool:
    return _is_generator_like(identity.call, inspect.isgeneratorfunction)


@lru_cache(maxsize=_CACHE_SIZE)
def _is_async_gen_callable_cached(identity: _Identity) -> bool:
    return _is_generator_like(identity.call, inspect.isasyncgenfunction)


@lru_cache(maxsize=_CACHE_SIZE)
def _is_coroutine_callable_cached(identity: _Identity) -> bool:
    call = identity.call
    if any(inspect.isroutine(face) and iscoroutinefunction(face) for face in _faces(call)):
        return True
    return any(map(iscoroutinefunction, _methods(call)))


def is_gen_callable(call: Callable[..., Any] | None) -> bool:
    """Whether calling gives a generator."""
    return call is not None and _is_gen_callable_cached(_Identity(call))


def is_async_gen_callable(call: Callable[..., Any] | None) -> bool:
    """Whether calling gives an asynchronous generator."""
    return call is not None and _is_async_gen_callable_cached(_Identity(call))


def is_coroutine_callable(call: Callable[..., Any] | None) -> bool:
    """Whether calling gives a coroutine to await."""
    return call is not None and _is_coroutine_callable_cached(_Identity(call))
