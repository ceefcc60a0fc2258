"""The plans of one operation: compiled when first needed, once per set of overrides."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send

from dovetail.dependencies.graph import walk

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant

Overrides = Mapping[Callable[..., Any], Callable[..., Any]]

# Tests that override per case would otherwise pile up plans that are never used again.
_KEPT_OVERRIDE_SETS = 8


class HasApp(Protocol):
    """A plan: at least an ASGI application."""

    @property
    def app(self) -> ASGIApp: ...


PlanType = TypeVar("PlanType", bound=HasApp)


class PlanCache(Generic[PlanType]):
    """Gives the plan that fits the overrides of the moment.

    Args:
        compiler: makes a plan; gets the overrides, or `None`.
        dependant: what the plan is made of, to see which overrides concern it.
        provider: has a mapping `dependency_overrides`; `None`: there are never overrides.
    """

    __slots__ = ("_compiler", "_dependant", "_lock", "_overridden", "_plan", "_provider")

    def __init__(
        self,
        compiler: Callable[[Overrides | None], PlanType],
        dependant: "Dependant",
        provider: Any,
    ) -> None:
        self._compiler = compiler
        self._dependant = dependant
        self._provider = provider
        self._plan: PlanType | None = None
        self._overridden: list[tuple[Overrides, PlanType]] = []
        self._lock = Lock()

    def current(self) -> PlanType:
        """Give the plan for the overrides that are set now."""
        overrides = self._provider.dependency_overrides if self._provider is not None else None
        if overrides:
            return self._with(overrides)
        return self._plan or self._compile()

    def _compile(self) -> PlanType:
        with self._lock:
            if self._plan is None:
                self._plan = self._compiler(None)
            return self._plan

    def _with(self, overrides: Overrides) -> PlanType:
        for known, plan in self._overridden:
            if known == overrides:
                return plan
        concerned = any(_is_key(sub.call, overrides) for sub in walk(self._dependant))
        snapshot = dict(overrides)
        plan = self._compiler(snapshot) if concerned else self._compile()
        with self._lock:
            self._overridden = [(snapshot, plan), *self._overridden[: _KEPT_OVERRIDE_SETS - 1]]
        return plan


def _is_key(call: Any, overrides: Overrides) -> bool:
    try:
        return call in overrides
    except TypeError:
        # Unhashable callables cannot be overridden.
        return False


class OperationApp:
    """The ASGI application of an operation, compiled at the first request.

    Args:
        build: called once, under a lock; gives a function that gives the application for the
            overrides of the moment.
        provider: see `PlanCache`.

    Attributes:
        ready: the application as it is without overrides, once it has been needed. Callers that
            know that there are none save the way through here.
    """

    __slots__ = ("_build", "_current", "_lock", "provider", "ready")

    def __init__(self, build: Callable[[], Callable[[], ASGIApp]], provider: Any) -> None:
        self._build = build
        self._current: Callable[[], ASGIApp] | None = None
        self._lock = Lock()
        self.provider = provider
        self.ready: ASGIApp | None = None

    def resolve(self) -> ASGIApp:
        """Give the application for the overrides of the moment."""
        if self.provider is not None and self.provider.dependency_overrides:
            return self._source()()
        if self.ready is None:
            self.ready = self._source()()
        return self.ready

    def _source(self) -> Callable[[], ASGIApp]:
        with self._lock:
            if self._current is None:
                self._current = self._build()
            return self._current

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.resolve()(scope, receive, send)
