"""Ten dependencies for Litestar, each on the next: it connects them by the parameter's name."""

from litestar.di import Provide


async def v1() -> int:
    """Return the first value."""
    return 1


async def v2(v1: int) -> int:
    """Add one."""
    return v1 + 1


async def v3(v2: int) -> int:
    """Add one."""
    return v2 + 1


async def v4(v3: int) -> int:
    """Add one."""
    return v3 + 1


async def v5(v4: int) -> int:
    """Add one."""
    return v4 + 1


async def v6(v5: int) -> int:
    """Add one."""
    return v5 + 1


async def v7(v6: int) -> int:
    """Add one."""
    return v6 + 1


async def v8(v7: int) -> int:
    """Add one."""
    return v7 + 1


async def v9(v8: int) -> int:
    """Add one."""
    return v8 + 1


async def v10(v9: int) -> int:
    """Add one."""
    return v9 + 1


PROVIDERS = {
    dependency.__name__: Provide(dependency)
    for dependency in (v1, v2, v3, v4, v5, v6, v7, v8, v9, v10)
}
