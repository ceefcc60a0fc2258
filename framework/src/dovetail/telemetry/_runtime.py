"""Exporters made from the environment, for the time that the process serves.

Made when an application starts up, so after a server has forked its workers; shared by all
applications of the process; flushed when one shuts down, and closed when the process ends.
"""

import atexit
from collections.abc import Callable
from threading import Lock
from typing import Any

from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dovetail.exceptions import DovetailError
from dovetail.logger import logger
from dovetail.telemetry.exporters import SIGNALS, Signal, is_wanted
from dovetail.telemetry.exporters import export_endpoint as _export_endpoint

# Components made here: flushed and shut down by us, and none that is the application's own.
_owned: list[Any] = []
# Which signals have got their exporter, at which provider.
_configured: list[tuple[str, Any]] = []
_lock = Lock()
_ENDS = ("lifespan.startup.failed", "lifespan.shutdown.failed", "lifespan.shutdown.complete")


async def lifespan(
    *, config: Any, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Run the lifespan of `app` with exporters: made before it starts, flushed when it ends."""

    async def observed_receive() -> Message:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _configure_from_environment(config)
        return message

    async def observed_send(message: Message) -> None:
        if message["type"] in _ENDS and _owned:
            await run_sync(_flush)
        await send(message)

    await app(scope, observed_receive, observed_send)


def _configure_from_environment(config: dict[str, Any] | None) -> None:
    """Make the exporters that are asked for. What is wrong is logged: telemetry stops nothing."""
    if not is_wanted(config):
        return
    with _lock:
        for signal in SIGNALS:
            try:
                _configure(signal, config or {})
            except ImportError:
                logger.warning("Telemetry is not exported: pip install 'dovetail[otel]'")
                return
            except Exception as error:
                logger.warning("Telemetry is not exported (%s): %s", signal.name.lower(), error)
                if isinstance(error, DovetailError):
                    return


def _configure(signal: Signal, config: dict[str, Any]) -> None:
    endpoint = _export_endpoint(signal.name)
    if endpoint is None:
        return
    from dovetail.telemetry import providers

    made = providers.provide(signal, config.get(f"{signal.key}_provider"), endpoint, _configured)
    if made is None:
        return
    provider, component = made
    if not _owned:
        atexit.register(_shutdown)
    _owned.append(component)
    _configured.append((signal.name, provider))


def _flush() -> None:
    for component in _owned:
        _quietly(component.force_flush)


def _shutdown() -> None:
    """Close what was made here; a second call does nothing."""
    with _lock:
        components = list(_owned)
        _owned.clear()
        _configured.clear()
    for component in components:
        _quietly(component.shutdown)
    atexit.unregister(_shutdown)


def _quietly(clean_up: Callable[[], Any]) -> None:
    try:
        clean_up()
    except Exception:
        logger.exception("Telemetry cleanup failed")
