"""Regular work on sessions."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col

from app.auth.models import AuthSession, LoginAttempts
from app.core.database import database
from app.core.jobs import queue
from app.core.settings import get_settings
from app.core.tables import utc_now


@queue.periodic(cron="41 * * * *")
@queue.task(name="auth.remove_expired", queueing_lock="auth.remove_expired")
async def remove_expired(timestamp: int) -> None:
    """Delete sessions that have expired, and counts of attempts that are over."""
    now = utc_now()
    window = timedelta(minutes=get_settings().login_window_minutes)
    async with database.transaction() as session:
        await session.exec(delete(AuthSession).where(col(AuthSession.expires_at) < now))
        await session.exec(delete(LoginAttempts).where(col(LoginAttempts.since) < now - window))
