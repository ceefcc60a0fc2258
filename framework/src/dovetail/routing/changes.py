"""Lists of routes that tell when they change, so that what was compiled from them is renewed."""

from collections.abc import Iterable
from typing import Any, SupportsIndex, TypeVar

from starlette.routing import BaseRoute

_List = TypeVar("_List", bound="RouteList")


class Changes:
    """Counts changes of any list of routes in the process.

    Attributes:
        count: compared at every request, which is why it is a plain attribute.
        everywhere: the count at the last change that may concern any list.
    """

    __slots__ = ("count", "everywhere")

    def __init__(self) -> None:
        self.count = 0
        self.everywhere = 0

    def mark_everywhere(self) -> None:
        """Say that a route has changed, whichever lists it may be in."""
        self.count += 1
        self.everywhere = self.count


changes = Changes()


class RouteList(list[BaseRoute]):
    """A list of routes; `version` is the count of all changes at the last one of its own."""

    __slots__ = ("version",)

    def __init__(self, routes: Iterable[BaseRoute] = ()) -> None:
        super().__init__(routes)
        self.version = 0

    def touch(self) -> None:
        """Say that the list, or a route in it, has changed."""
        changes.count += 1
        self.version = changes.count

    def append(self, route: BaseRoute) -> None:
        super().append(route)
        self.touch()

    def extend(self, routes: Iterable[BaseRoute]) -> None:
        super().extend(routes)
        self.touch()

    def insert(self, index: SupportsIndex, route: BaseRoute) -> None:
        super().insert(index, route)
        self.touch()

    def pop(self, index: SupportsIndex = -1) -> BaseRoute:
        route = super().pop(index)
        self.touch()
        return route

    def remove(self, route: BaseRoute) -> None:
        super().remove(route)
        self.touch()

    def clear(self) -> None:
        super().clear()
        self.touch()

    def reverse(self) -> None:
        super().reverse()
        self.touch()

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        super().sort(key=key, reverse=reverse)
        self.touch()

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(index, value)
        self.touch()

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        super().__delitem__(index)
        self.touch()

    def __iadd__(self: _List, routes: Iterable[BaseRoute]) -> _List:  # type: ignore[override, misc]
        self.extend(routes)
        return self

    def __imul__(self: _List, times: SupportsIndex) -> _List:
        super().__imul__(times)
        self.touch()
        return self
