"""Finding the route of a request, at a cost that does not grow with the number of routes.

Paths without parameters are looked up in a dict; those with parameters in a tree of segments:

    /items/{id}           items ── {} ── ends: [items]
    /items/{id}/tags      items ── {} ── tags ── ends: [tags]

Routes that only themselves can tell whether they match (mounts, hosts, custom `matches()`) are
asked, but only where nothing before them in order has matched.
"""

from collections.abc import Iterator
from typing import Any

from starlette.routing import Match
from starlette.types import ASGIApp, Scope

from dovetail._starlette import get_route_path
from dovetail.routing.entry import WEBSOCKET, Entry
from dovetail.routing.path import parameter_of_segment
from dovetail.routing.plans import OperationApp

_NEVER = 1 << 62


class Node:
    """A place in the tree of segments.

    Attributes:
        literals: the next node by the text of the next segment.
        parameter: the next node for any other, not empty segment.
        ends: the routes whose path ends here.
        tails: routes that may match any path that goes through here.
        asked_from: the lowest order of all tails from the root to here.
        by_method: filled at the first request that ends here; see `RouteIndex._decide`.
    """

    __slots__ = ("asked_from", "by_method", "ends", "literals", "parameter", "tails")

    def __init__(self, asked_from: int) -> None:
        self.literals: dict[str, Node] = {}
        self.parameter: Node | None = None
        self.ends: list[Entry] = []
        self.tails: list[Entry] = []
        self.asked_from = asked_from
        self.by_method: dict[str, Entry] | None = None

    def set_asked_from(self, order: int) -> None:
        """Settle `asked_from` of this node and of those below; `order`: that of the parent."""
        self.asked_from = min([order, *(entry.order for entry in self.tails)])
        below = list(self.literals.values())
        if self.parameter is not None:
            below.append(self.parameter)
        for node in below:
            node.set_asked_from(self.asked_from)


class RouteIndex:
    """Finds the entry for a path and a method.

    Args:
        entries: all routes of one type of scope, in order.
    """

    def __init__(self, entries: list[Entry]) -> None:
        self._root = Node(_NEVER)
        self._static: dict[str, list[Entry]] = {}
        # Of static paths: what answers each method, and the parameters of the match.
        self._decided: dict[str, dict[str, tuple[Entry, dict[str, Any]]]] = {}
        for entry in entries:
            self._add(entry)
        self._root.set_asked_from(_NEVER)

    def _add(self, entry: Entry) -> None:
        if entry.pattern is None:
            path = entry.mount_path
            node = self._root if path is None else self._node(path, whole=False)
            node.tails.append(entry)
        elif not entry.pattern.convertors:
            self._static.setdefault(entry.pattern.path, []).append(entry)
        elif entry.positions is not None:
            self._node(entry.pattern.path, whole=True).ends.append(entry)
        else:
            self._node(entry.pattern.path, whole=False).tails.append(entry)

    def _node(self, path: str, *, whole: bool) -> Node:
        """Give the node of `path`; if not `whole`, that of its part without convertors."""
        node = self._root
        if not path:
            return node
        for segment in path.split("/"):
            if "{" not in segment:
                node = node.literals.setdefault(segment, Node(_NEVER))
                continue
            parameter = parameter_of_segment(segment)
            if not whole and (parameter is None or parameter[1] != "str"):
                break
            if node.parameter is None:
                node.parameter = Node(_NEVER)
            node = node.parameter
        return node

    def select(self, scope: Scope) -> ASGIApp | None:
        """Give the application that answers, `scope` being filled; `None` if no route matches.

        A route that matches but for the method is the last resort: it answers with 405.
        """
        path: str = scope["path"]
        if scope.get("root_path"):
            path = get_route_path(scope)
        method: str = scope["method"] if scope["type"] == "http" else WEBSOCKET
        decided = self._decided.get(path)
        found = self._find(path, method) if decided is None else decided.get(method)
        if found is None:
            return self._ask_all(scope, path, method)
        entry, params = found
        if decided is not None:
            params = params.copy()
        # PERF: as `Entry.enter` and `_app_of` do, without their calls.
        before = scope.get("path_params")
        scope["path_params"] = {**before, **params} if before else params
        scope["endpoint"] = entry.endpoint
        scope["route"] = entry.route
        if entry.context is not None:
            entry.announce(scope)
        app = entry.app
        if type(app) is OperationApp:
            ready = app.ready
            provider = entry.provider
            if ready is not None and (provider is None or not provider.dependency_overrides):
                return ready
            return app.resolve()
        return app

    def match(self, scope: Scope) -> Match:
        """Say whether a route matches, without choosing it."""
        path = get_route_path(scope)
        method: str = scope["method"] if scope["type"] == "http" else WEBSOCKET
        best = Match.NONE
        for entry in self._candidates(path):
            match, _, _ = _ask(entry, scope, path, method)
            if match is Match.FULL:
                return match
            if match is Match.PARTIAL:
                best = match
        return best

    def _find(self, path: str, method: str) -> tuple[Entry, dict[str, Any]] | None:
        """Walk down the tree; `None` if that alone does not tell the first route that matches."""
        if path in self._static:
            return None
        segments = path.split("/")
        node = self._root
        for segment in segments:
            below = node.literals.get(segment)
            parameter = node.parameter if segment else None
            if below is None:
                if parameter is None:
                    return None
                node = parameter
            elif parameter is None:
                node = below
            else:
                return None
        by_method = node.by_method
        if by_method is None:
            by_method = self._decide(node)
        entry = by_method.get(method)
        if entry is None or entry.positions is None:
            return None
        positions = entry.positions
        if len(positions) == 1:
            [(name, index)] = positions
            return entry, {name: segments[index]}
        return entry, {name: segments[index] for name, index in positions}

    def _decide(self, node: Node) -> dict[str, Entry]:
        """Give for each method the first route, as long as no other has to be asked before."""
        by_method: dict[str, Entry] = {}
        for entry in node.ends:
            if entry.order > node.asked_from:
                break
            for method in entry.methods or ():
                by_method.setdefault(method, entry)
        node.by_method = by_method
        return by_method

    def _ask_all(self, scope: Scope, path: str, method: str) -> ASGIApp | None:
        """Ask the routes that may match, in order."""
        partial: tuple[Entry, Any, bool] | None = None
        if path in self._static and path not in self._decided:
            self._decide_static(path)
        for entry in self._candidates(path):
            match, found, own = _ask(entry, scope, path, method)
            if match is Match.FULL:
                return _entered(entry, scope, found, own)
            if match is Match.PARTIAL and partial is None:
                partial = (entry, found, own)
        if partial is None:
            return None
        entry, found, own = partial
        _entered(entry, scope, found, own)
        return entry.refuse()

    def _decide_static(self, path: str) -> None:
        decided: dict[str, tuple[Entry, dict[str, Any]]] = {}
        for entry in self._candidates(path):
            if entry.pattern is None or entry.methods is None:
                break
            params = entry.pattern.match(path)
            if params is not None:
                for method in entry.methods:
                    decided.setdefault(method, (entry, params))
        self._decided[path] = decided

    def _candidates(self, path: str) -> list[Entry]:
        """Give all routes that may match `path`, in order."""
        found = [*self._static.get(path, ()), *self._reachable(path)]
        found.sort(key=lambda entry: entry.order)
        return found

    def _reachable(self, path: str) -> Iterator[Entry]:
        nodes = [self._root]
        yield from self._root.tails
        for segment in path.split("/"):
            below = []
            for node in nodes:
                if segment in node.literals:
                    below.append(node.literals[segment])
                if segment and node.parameter is not None:
                    below.append(node.parameter)
            for node in below:
                yield from node.tails
            nodes = below
        for node in nodes:
            yield from node.ends


def _app_of(entry: Entry) -> ASGIApp:
    """Give the compiled application at once where that is possible."""
    app = entry.app
    if type(app) is OperationApp:
        if app.ready is not None and not (entry.provider and entry.provider.dependency_overrides):
            return app.ready
        return app.resolve()
    return app


def _ask(entry: Entry, scope: Scope, path: str, method: str) -> tuple[Match, Any, bool]:
    """Ask one route; the last value tells whether the result is that of its own `matches()`."""
    if entry.pattern is None:
        match, child_scope = entry.matches(scope)
        return match, child_scope, True
    params = entry.pattern.match(path)
    if params is None:
        return Match.NONE, None, False
    known = entry.methods is None or method in entry.methods
    return (Match.FULL if known else Match.PARTIAL), params, False


def _entered(entry: Entry, scope: Scope, found: Any, own: bool) -> ASGIApp:
    if own:
        entry.enter_child(scope, found)
    else:
        entry.enter(scope, found)
    return _app_of(entry)
