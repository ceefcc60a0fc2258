"""A limit on wrong passwords, per account and per client address, shared by all replicas."""

import hashlib
import hmac
import math
from datetime import timedelta

from sqlalchemy import case, delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.auth.errors import TooManyAttempts
from app.auth.models import LoginAttempts
from app.core.settings import get_settings
from app.core.tables import utc_now


def _key(kind: str, value: str) -> str:
    """Neither addresses nor what people type into a login form is stored in clear."""
    secret = get_settings().secret_key.get_secret_value().encode()
    text = f"{kind}:{value}".encode("utf-8", "surrogatepass")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def _limits(email: str, address: str | None) -> list[tuple[str, int]]:
    settings = get_settings()
    limits = [(_key("account", email), settings.login_attempts)]
    if address is not None:
        limits.append((_key("address", address), settings.login_attempts_per_address))
    return limits


async def count_attempt(session: AsyncSession, email: str, address: str | None) -> None:
    """Count an attempt before its password is checked, so that parallel ones count too.

    Known and unknown accounts are counted alike. Commit before checking the password.

    Raises:
        TooManyAttempts: The account or the address is closed for now.
    """
    window = timedelta(minutes=get_settings().login_window_minutes)
    now = utc_now()
    for key, limit in _limits(email, address):
        is_over = col(LoginAttempts.since) < now - window
        statement = (
            insert(LoginAttempts)
            .values(key=key, failures=1, since=now)
            .on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "failures": case((is_over, 1), else_=LoginAttempts.failures + 1),
                    "since": case((is_over, now), else_=col(LoginAttempts.since)),
                },
            )
            .returning(col(LoginAttempts.failures), col(LoginAttempts.since))
        )
        failures, since = (await session.exec(statement)).one()
        if failures > limit:
            raise TooManyAttempts(max(1, math.ceil((since + window - now).total_seconds())))


async def forget_attempt(session: AsyncSession, email: str, address: str | None) -> None:
    """Take back what was counted for an attempt that succeeded; the account starts anew."""
    await session.exec(
        delete(LoginAttempts).where(col(LoginAttempts.key) == _key("account", email))
    )
    if address is not None:
        await session.exec(
            update(LoginAttempts)
            .where(col(LoginAttempts.key) == _key("address", address))
            .values(failures=func.greatest(LoginAttempts.failures - 1, 0))
        )
