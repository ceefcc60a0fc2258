"""Password hashes: bcrypt over SHA-256 (no truncation at 72 bytes), off the event loop."""

import functools
import os
import secrets

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from passlib.context import CryptContext

from app.core.settings import get_settings

# Longer than any password may be, so that what follows cannot matter; passlib refuses 4,096.
_LONGEST = 1024
_limiter: RunVar[CapacityLimiter] = RunVar("password_limiter")


@functools.cache
def _context() -> CryptContext:
    return CryptContext(
        schemes=["bcrypt_sha256"], bcrypt_sha256__rounds=get_settings().bcrypt_rounds
    )


@functools.cache
def _nobody() -> str:
    """A hash that no password matches, checked for unknown accounts so that time tells nothing."""
    return _context().hash(secrets.token_urlsafe(32))


def _limit() -> CapacityLimiter:
    # Hashing is pure computation: more threads than processors would only starve other work.
    try:
        return _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(os.cpu_count() or 1)
        _limiter.set(limiter)
        return limiter


async def hash_password(password: str) -> str:
    """Hash a password with a new salt."""
    return await to_thread.run_sync(_context().hash, password, limiter=_limit())


async def verify_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Check a password.

    Args:
        password: What was given.
        stored: The account's hash; None for an unknown account, which takes as long.

    Returns:
        Whether it matches, and a new hash to store if the old one is of fewer rounds.
    """
    return await to_thread.run_sync(_verify, password, stored, limiter=_limit())


def _verify(password: str, stored: str | None) -> tuple[bool, str | None]:
    given = password[:_LONGEST]
    matches, replacement = _context().verify_and_update(given, stored or _nobody())
    return (matches, replacement) if stored is not None else (False, None)
