"""The state of this process in Prometheus' text format, version 0.0.4."""

from app.health.service import State


def exposition(state: State, *, draining: bool) -> str:
    """The metrics as text.

    Args:
        state: What the database said.
        draining: The process was told to end.
    """
    lines = _gauge("app_ready", "1 if requests can be served.", not state.reasons and not draining)
    if state.proof is not None:
        lines += _gauge(
            "app_backup_taken_timestamp_seconds",
            "When the newest proven backup was taken.",
            state.proof.taken_at.timestamp(),
        )
        lines += _gauge(
            "app_backup_proven_timestamp_seconds",
            "When that backup was restored and compared.",
            state.proof.proven_at.timestamp(),
        )
    return "\n".join(lines) + "\n"


def _gauge(name: str, explanation: str, value: float) -> list[str]:
    return [f"# HELP {name} {explanation}", f"# TYPE {name} gauge", f"{name} {float(value)!r}"]
