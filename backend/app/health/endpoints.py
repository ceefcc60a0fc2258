"""Health checks and metrics, for whatever runs the application."""

from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel

from app.core.settings import get_settings
from app.health.metrics import exposition
from app.health.service import State, is_draining, readiness
from dovetail import APIRouter, Response

router = APIRouter(prefix="/health", tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether requests can be served; if not, ``reasons`` says why.

    ``warnings`` are for people: a backup that is too old does not stop the application.
    """

    status: Literal["ok", "unavailable"]
    reasons: list[str]
    warnings: list[str]
    backup_age_hours: float | None
    """Age of the newest backup that was restored and compared; null where there is none."""


@router.get("/live")
async def live() -> Live:
    """Whether the process answers; asks nothing else, so that a restart is never caused by it."""
    return Live()


@router.get("/ready", responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Ready}})
async def ready(response: Response) -> Ready:
    """Whether the database answers, and has all migrations that this code needs."""
    state = await readiness.state()
    reasons = list(state.reasons)
    if is_draining():
        reasons.append("This process is ending.")
    if reasons:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Ready(
        status="unavailable" if reasons else "ok",
        reasons=reasons,
        warnings=_warnings(state),
        backup_age_hours=round(state.proof.age_hours, 2) if state.proof else None,
    )


def _warnings(state: State) -> list[str]:
    limit = get_settings().backup_max_age_hours
    if limit is None or state.reasons:
        return []
    if state.proof is None:
        return ["No backup has been proven yet."]
    if state.proof.age_hours > limit:
        return [f"The newest proven backup is older than {limit:g} hours."]
    return []


@router.get("/accepting", include_in_schema=False)
async def accepting(response: Response) -> Live:
    """For the proxy: whether requests are to be sent here: from the first readiness to the end.

    So a version that never gets ready gets no request. Afterwards the database, which all replicas
    share, is not asked: when that is slow, taking every replica out of service would turn late
    answers into none.
    """
    if is_draining() or not await readiness.has_been_reached():
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Live()


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    """The same for Prometheus. The proxy does not let it out: scrape it from inside."""
    text = exposition(await readiness.state(), draining=is_draining())
    return Response(text, media_type="text/plain; version=0.0.4")
