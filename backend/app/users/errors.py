"""Errors of the accounts."""

from http import HTTPStatus

from app.core.errors import AppError


class UserNotFound(AppError):
    """There is no account with this key."""

    status_code = HTTPStatus.NOT_FOUND
    code = "user_not_found"
    detail = "There is no such account."


class EmailTaken(AppError):
    """The address belongs to another account."""

    status_code = HTTPStatus.CONFLICT
    code = "email_taken"
    detail = "Another account has this e-mail address."


class LastSuperuser(AppError):
    """Without an administrator nobody could make one."""

    status_code = HTTPStatus.CONFLICT
    code = "last_superuser"
    detail = "This is the last active administrator."


class RegistrationClosed(AppError):
    """The setting ``REGISTRATION_OPEN`` is false."""

    status_code = HTTPStatus.FORBIDDEN
    code = "registration_closed"
    detail = "Registration is closed: ask an administrator for an account."


class WrongPassword(AppError):
    """The current password, needed for a change, is wrong."""

    status_code = HTTPStatus.BAD_REQUEST
    code = "wrong_password"
    detail = "The current password is wrong."
