"""Identifiers."""

import os
import time
from uuid import UUID

_NS_PER_MS = 1_000_000


def uuid7() -> UUID:
    """A new time-ordered UUID (RFC 9562, version 7, sub-millisecond precision by method 3).

    Rows with such keys are in the order of their creation, so a list can be paged by its primary
    key alone.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), _NS_PER_MS)
    value = milliseconds << 80
    value |= 7 << 76 | (nanoseconds << 12) // _NS_PER_MS << 64
    value |= 2 << 62 | int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=value)
