"""What accounts need at the start of the application."""

import logging

from app.core.database import database
from app.core.passwords import hash_password
from app.core.settings import get_settings
from app.users import repository
from app.users.models import User

_log = logging.getLogger(__name__)


async def on_startup() -> None:
    """Create the first superuser, once in the life of the database.

    That it was done is remembered apart from the account: if its owner changes the address, or
    deletes the account, the initial password does not come back.
    """
    settings = get_settings()
    if settings.first_superuser is None or settings.first_superuser_password is None:
        return
    password_hash = await hash_password(settings.first_superuser_password.get_secret_value())
    async with database.transaction() as session:
        if await repository.claim(session, "first_superuser"):
            email = settings.first_superuser.lower()
            session.add(User(email=email, password_hash=password_hash, is_superuser=True))
            _log.info("created the first superuser %s", email)
