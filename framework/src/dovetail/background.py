"""Work that runs after the response has been sent."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

from annotated_doc import Doc
from starlette.background import BackgroundTask as BackgroundTask
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from typing_extensions import ParamSpec

P = ParamSpec("P")


class BackgroundTasks(StarletteBackgroundTasks):
    """Functions to call, in order, once the response has been sent.

    Declare a parameter of this type in a path operation or a dependency; all of one request
    share the same object. Tasks live in the memory of the process: what must survive a crash
    belongs in a durable queue.

    ```python
    @app.post("/notify", status_code=202)
    async def notify(email: str, tasks: BackgroundTasks) -> None:
        tasks.add_task(write_log, email)
    ```
    """

    def add_task(
        self,
        func: Annotated[
            Callable[P, Any],
            Doc("What to call: an `async def` is awaited, a `def` runs in a worker thread."),
        ],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Add a call of `func` with these arguments to the end of the list."""
        super().add_task(func, *args, **kwargs)

    async def __call__(self) -> None:
        """Run the tasks; each in a span of its own where the request is observed."""
        if "opentelemetry" not in sys.modules:
            await super().__call__()
            return
        from dovetail.telemetry.operations import BACKGROUND, operation

        for task in self.tasks:
            with operation(BACKGROUND, task.func):
                await task()
