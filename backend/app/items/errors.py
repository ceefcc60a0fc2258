"""Errors of the items."""

from http import HTTPStatus

from app.core.errors import AppError


class ItemNotFound(AppError):
    """There is no item with this key, or it belongs to somebody else."""

    status_code = HTTPStatus.NOT_FOUND
    code = "item_not_found"
    detail = "There is no such item."
