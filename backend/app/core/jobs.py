"""Durable jobs: queued in PostgreSQL with the change that causes them, run by workers.

    @job("users.welcome")
    async def send_welcome(user_id: str) -> None: ...

    await defer(session, send_welcome, user_id=str(user.id))

A job runs at least once: after a worker's death or an error it runs again.
"""

from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import procrastinate
from procrastinate.builtin_tasks import remove_old_jobs as remove_jobs
from procrastinate.tasks import Task
from procrastinate.types import JSONValue
from sqlmodel.ext.asyncio.session import AsyncSession

P = ParamSpec("P")
R = TypeVar("R")

_MAX_ATTEMPTS = 80
_MAX_WAIT = 3600
_STALLED_AFTER = 60
_KEEP_DONE_HOURS = 72

# The web process queues on its own connections; only a worker opens a connector (app.core.worker).
queue = procrastinate.App(connector=procrastinate.PsycopgConnector())


class Backoff(procrastinate.BaseRetryStrategy):
    """Run again after 4, 16, 64 … seconds, at most an hour; give up after about three days."""

    def get_retry_decision(
        self,
        *,
        exception: BaseException,
        job: procrastinate.jobs.Job,
    ) -> procrastinate.RetryDecision | None:
        """When to run again after this error; None gives up."""
        if job.attempts >= _MAX_ATTEMPTS:
            return None
        wait = min(4 ** min(job.attempts + 1, 6), _MAX_WAIT)
        return procrastinate.RetryDecision(retry_in={"seconds": wait})


def job(name: str) -> Callable[[Callable[P, Awaitable[R]]], Task[P, Awaitable[R], P]]:
    """Make a coroutine function a job.

    Args:
        name: Stays the same when the function is renamed, since queued jobs refer to it.

    Its arguments must be JSON. An exception lets it run again, as ``Backoff`` says.
    """
    return queue.task(name=name, retry=Backoff())


async def defer(session: AsyncSession, task: Task[..., Any, ...], **arguments: JSONValue) -> None:
    """Queue a job in the session's transaction: it exists if and when that is committed."""
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    await task.configure(connection=raw.driver_connection).defer_async(**arguments)


@queue.periodic(cron="* * * * *")
@queue.task(name="core.retry_stalled_jobs", queueing_lock="core.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Queue again what a worker had begun when it died."""
    manager = queue.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER):
        await manager.retry_job(stalled)


@queue.periodic(cron="17 3 * * *")
@queue.task(name="core.remove_old_jobs", queueing_lock="core.remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: procrastinate.JobContext, timestamp: int) -> None:
    """Delete jobs that are long done; failed ones are kept for whoever looks into them."""
    await remove_jobs(context, max_hours=_KEEP_DONE_HOURS)
