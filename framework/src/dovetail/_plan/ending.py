"""HTTP path operations with something to end: dependencies that `yield`."""

from __future__ import annotations

from typing import Any

from starlette.types import Receive, Scope, Send

from dovetail._plan.call import ABSENT, Call
from dovetail._plan.http import deliver, fail
from dovetail._plan.operation import Operation
from dovetail._plan.run import NO_RESPONSE, run_late_tasks, task_count
from dovetail.exceptions import DovetailError


class AppWithExits:
    """The ASGI application of such an operation.

    Dependencies of scope "function" end before the response is sent, the others after it, and
    each sees the exception that is in flight then.
    """

    def __init__(self, operation: Operation) -> None:
        self._prepare = operation.prepare
        self._produce = operation.produce
        self._status = operation.config.status_code or 200
        self._size = len(operation.nodes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = Call(scope, receive, send, self._size)
        try:
            await self._run(call)
        except Exception as exc:
            await fail(call, exc)
        finally:
            if call.form is not None:
                await call.form.close()

    async def _run(self, call: Call) -> None:
        cleanup = self._prepare(call)
        exc: BaseException | None = None
        result: Any = ABSENT
        count = 0
        try:
            result = await self._result(call)
            count = task_count(_background(call, result))
            await deliver(call, result, self._status)
        except BaseException as raised:
            exc = raised
        if call.exits:
            exc = await call.exits.leave(exc)
        cleanup.leave(exc)
        if exc is not None:
            raise exc
        if not call.started:
            raise DovetailError(NO_RESPONSE)
        await run_late_tasks(_background(call, result), count)

    async def _result(self, call: Call) -> Any:
        """Return what to send, once the dependencies of scope "function" have ended."""
        result: Any = ABSENT
        exc: BaseException | None = None
        try:
            result = await self._produce(call)
        except BaseException as raised:
            exc = raised
        if call.function_exits:
            exc = await call.function_exits.leave(exc)
        if exc is not None:
            raise exc
        if result is ABSENT:
            raise DovetailError(NO_RESPONSE)
        return result


def _background(call: Call, result: Any) -> Any:
    """Return the tasks that run after the response."""
    return call.background if type(result) is bytes else getattr(result, "background", None)
