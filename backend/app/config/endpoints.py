"""Public settings."""

from pydantic import BaseModel

from app.core.settings import get_settings
from dovetail import APIRouter

router = APIRouter(prefix="/config", tags=["config"])


class PublicConfig(BaseModel):
    """What the browser must know before anyone has logged in."""

    project_name: str
    registration_open: bool


@router.get("")
async def read_config() -> PublicConfig:
    """The project's name, and whether one may sign up."""
    settings = get_settings()
    return PublicConfig(
        project_name=settings.project_name, registration_open=settings.registration_open
    )
