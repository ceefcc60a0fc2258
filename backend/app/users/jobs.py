"""Mails to account holders; sent by a worker, retried until they are delivered."""

from uuid import UUID

from app.core.database import database
from app.core.jobs import job
from app.core.mail import send_mail
from app.core.settings import get_settings
from app.users import repository


@job("users.welcome")
async def send_welcome(user_id: str) -> None:
    """Welcome a new account. Says nothing about its password."""
    async with database.transaction() as session:
        user = await repository.find(session, UUID(user_id))
    if user is not None:  # else the account was deleted before its mail was sent
        await send_mail(
            user.email,
            subject=f"Welcome to {get_settings().project_name}",
            template="users/welcome",
            context={"name": user.full_name or user.email, "email": user.email},
        )


@job("users.already_registered")
async def send_already_registered(email: str) -> None:
    """Tell the owner of an account that somebody tried to sign up with his address."""
    await send_mail(
        email,
        subject=f"You already have an account at {get_settings().project_name}",
        template="users/already_registered",
        context={"email": email},
    )


@job("users.email_changed")
async def send_email_changed(old_email: str, new_email: str) -> None:
    """Tell the old address that the account moved to another."""
    await send_mail(
        old_email,
        subject=f"Your address at {get_settings().project_name} was changed",
        template="users/email_changed",
        context={"old_email": old_email, "new_email": new_email},
    )
