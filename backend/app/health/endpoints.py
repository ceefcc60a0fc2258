"""Health checks for whatever runs the application."""

import asyncio
import logging
from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.database import database
from app.core.migrate import missing_revisions
from dovetail import APIRouter, Response

router = APIRouter(prefix="/health", tags=["health"])

_TIMEOUT = 5
_log = logging.getLogger(__name__)


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether requests can be served; if not, ``reasons`` says why."""

    status: Literal["ok", "unavailable"]
    reasons: list[str]


@router.get("/live")
async def live() -> Live:
    """Whether the process answers; asks nothing else, so that a restart is never caused by it."""
    return Live()


@router.get("/ready", responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Ready}})
async def ready(response: Response) -> Ready:
    """Whether the database answers, and has all migrations that this code needs."""
    reasons = await _reasons()
    if reasons:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return Ready(status="unavailable", reasons=reasons)
    return Ready(status="ok", reasons=[])


async def _reasons() -> list[str]:
    try:
        async with asyncio.timeout(_TIMEOUT):
            applied = await _applied_revisions()
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        _log.warning("the database does not answer: %s", error)
        return ["The database does not answer."]
    missing = missing_revisions(applied)
    return [f"Migrations are missing: {', '.join(sorted(missing))}."] if missing else []


async def _applied_revisions() -> list[str]:
    async with database.engine.connect() as connection:
        exists = await connection.scalar(text("SELECT to_regclass('alembic_version')"))
        if exists is None:
            return []
        rows = await connection.scalars(text("SELECT version_num FROM alembic_version"))
        return list(rows)
