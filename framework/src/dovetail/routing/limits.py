"""Limits on what a request may send: bytes of a body, parts of a form."""

from typing import Annotated

from annotated_doc import Doc
from typing_extensions import TypedDict


class FormLimits(TypedDict, total=False):
    """Limits for reading `Form`, `File` and `UploadFile` parameters; beyond them: status 400."""

    max_fields: Annotated[int, Doc("How many fields that are not files a form may have.")]
    max_files: Annotated[int, Doc("How many files a multipart form may have.")]
    max_part_size: Annotated[int, Doc("How many bytes a field that is not a file may have.")]


def check_max_body_size(limit: int | None) -> int | None:
    """Give `limit` back.

    Raises:
        ValueError: it is neither `None` nor a non-negative integer.
    """
    if limit is None or (type(limit) is int and limit >= 0):
        return limit
    raise ValueError("max_body_size must be a non-negative integer or None")


def check_form_limits(limits: FormLimits | None) -> FormLimits:
    """Give a copy of `limits`; `None` gives an empty one.

    Raises:
        ValueError: a key is unknown or its value no non-negative integer.
    """
    checked: FormLimits = {}
    for name, value in (limits or {}).items():
        if name not in FormLimits.__annotations__:
            known = ", ".join(FormLimits.__annotations__)
            raise ValueError(f"Unknown form limit {name!r}; there are {known}")
        if type(value) is not int or value < 0:
            raise ValueError(f"The form limit {name} must be a non-negative integer")
        checked[name] = value  # type: ignore[literal-required]
    return checked


def first_limit(*limits: int | None) -> int | None:
    """Give the first limit that is set, the most specific one coming first."""
    return next((limit for limit in limits if limit is not None), None)
