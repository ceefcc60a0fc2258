"""The tree of dependants as a sequence: each dependency after what it needs, in a slot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dovetail._plan.extract import Parameters
from dovetail._plan.model import Overrides
from dovetail.dependencies.analyze import get_dependant
from dovetail.dependencies.callables import (
    is_async_gen_callable,
    is_coroutine_callable,
    is_gen_callable,
)
from dovetail.dependencies.graph import cache_key, oauth_scopes, walk
from dovetail.types import DependencyCacheKey

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant

COROUTINE = "coroutine"
ASYNC_GENERATOR = "async generator"
GENERATOR = "generator"
FUNCTION = "function"


def kind_of(call: Any) -> str:
    """Return how `call` is to be run."""
    # A wrapper can have both faces; what it gives is asynchronous then.
    if is_async_gen_callable(call):
        return ASYNC_GENERATOR
    if is_gen_callable(call):
        return GENERATOR
    return COROUTINE if is_coroutine_callable(call) else FUNCTION


@dataclass(eq=False)
class Node:
    """A dependant in its place.

    `slot` is where its value goes, -1 for the path operation function. `inputs` are the slots of
    its dependencies, with the parameter that receives each; `children` those of all, also of
    those that nobody receives. `ends_early` is about generators: before the response is sent.
    """

    dependant: Dependant
    slot: int
    kind: str
    inputs: list[tuple[str, int]]
    children: list[int]
    parameters: Parameters
    ends_early: bool = False

    @property
    def call(self) -> Any:
        return self.dependant.call

    @property
    def injects(self) -> bool:
        """Whether a parameter receives an object of the request."""
        dependant = self.dependant
        return bool(
            dependant.request_param_name
            or dependant.websocket_param_name
            or dependant.http_connection_param_name
            or dependant.response_param_name
            or dependant.background_tasks_param_name
            or dependant.security_scopes_param_name
        )


@dataclass
class Sequencer:
    """Puts a tree of dependants into a sequence."""

    overrides: Overrides
    nodes: list[Node] = field(default_factory=list)
    _slots: dict[DependencyCacheKey, int] = field(default_factory=dict)

    def add(self, dependant: Dependant) -> Node:
        """Append what `dependant` needs, and return the node of itself, in no slot yet."""
        inputs = []
        children = []
        for sub in dependant.dependencies:
            slot = self._slot_of(sub)
            children.append(slot)
            if sub.name is not None:
                inputs.append((sub.name, slot))
        return Node(
            dependant=dependant,
            slot=-1,
            kind=kind_of(dependant.call),
            inputs=inputs,
            children=children,
            parameters=Parameters(dependant),
        )

    def _slot_of(self, sub: Dependant) -> int:
        # With an override the original still decides about sharing and about when it ends.
        key = cache_key(dependant=sub)
        if sub.use_cache:
            known = self._known(key)
            if known is not None:
                self._repeat_uncached(sub)
                return known
        node = self.add(self._overridden(sub))
        node.slot = len(self.nodes)
        node.ends_early = sub.scope == "function"
        self.nodes.append(node)
        self._remember(key, node.slot)
        return node.slot

    def _repeat_uncached(self, sub: Dependant) -> None:
        """Run again what a shared dependency needs without sharing it, for what it does."""
        used = self._overridden(sub)
        if any(not below.use_cache for below in walk(used) if below is not used):
            self.add(used)

    def _known(self, key: DependencyCacheKey) -> int | None:
        try:
            return self._slots.get(key)
        except TypeError:
            # An unhashable callable is never shared.
            return None

    def _remember(self, key: DependencyCacheKey, slot: int) -> None:
        if self._known(key) is None and getattr(key[0], "__hash__", None) is not None:
            self._slots[key] = slot

    def _overridden(self, sub: Dependant) -> Dependant:
        try:
            call = self.overrides.get(sub.call)  # type: ignore[arg-type]
        except TypeError:
            call = None
        if call is None:
            return sub
        return get_dependant(
            path=sub.path or "",
            call=call,
            name=sub.name,
            parent_oauth_scopes=oauth_scopes(dependant=sub),
            scope=sub.scope,
            concurrency=sub.concurrency,
        )
