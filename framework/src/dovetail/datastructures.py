"""Data structures of the public API: uploaded files and the marker for "not overridden"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, TypeVar, cast

from starlette.datastructures import URL as URL
from starlette.datastructures import Address as Address
from starlette.datastructures import FormData as FormData
from starlette.datastructures import Headers as Headers
from starlette.datastructures import QueryParams as QueryParams
from starlette.datastructures import State as State
from starlette.datastructures import UploadFile as StarletteUploadFile

DefaultType = TypeVar("DefaultType")


class UploadFile(StarletteUploadFile):
    """A file that arrived in a `multipart/form-data` request (RFC 7578).

    Declare it as the type of a parameter. `file` is the spooled, blocking file object, of use in
    `def` functions; the methods are awaitable and run in a thread when the file is on disk.
    """

    file: BinaryIO
    filename: str | None
    size: int | None
    headers: Headers

    async def write(self, data: bytes) -> None:
        """Append `data` at the current position."""
        return await super().write(data)

    async def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes from the current position, all of them when negative."""
        return await super().read(size)

    async def seek(self, offset: int) -> None:
        """Move the current position to `offset` bytes from the start."""
        return await super().seek(offset)

    async def close(self) -> None:
        """Close the file and drop its contents."""
        return await super().close()

    @classmethod
    def _validate(cls, value: Any, _: Any) -> UploadFile:
        if not isinstance(value, StarletteUploadFile):
            raise ValueError(f"Expected UploadFile, received: {type(value)}")
        return cast(UploadFile, value)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Mapping[str, Any], handler: Any
    ) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/octet-stream"}

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: Callable[[Any], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        from dovetail._pydantic import with_info_plain_validator_function

        return cast(Mapping[str, Any], with_info_plain_validator_function(cls._validate))


class DefaultPlaceholder:
    """Wraps a default, so that it can be told from the same value given explicitly."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DefaultPlaceholder) and other.value == self.value

    def __hash__(self) -> int:
        return hash((DefaultPlaceholder, id(self.value)))

    def __repr__(self) -> str:
        return f"Default({self.value!r})"


def Default(value: DefaultType) -> DefaultType:  # noqa: N802
    """Mark `value` as a default that an outer level may override."""
    return cast(DefaultType, DefaultPlaceholder(value))


_Unset: Any = Default(None)
