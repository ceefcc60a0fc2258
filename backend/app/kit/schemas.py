"""Building blocks of request bodies."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, StringConstraints
from pydantic_core import PydanticCustomError


class Input(BaseModel):
    """Base of request bodies: refuses fields that it does not know."""

    model_config = ConfigDict(extra="forbid")


class Changes(Input):
    """Base of the bodies of PATCH: fields that are left out stay as they are.

    Declare a field that may be left out, but not be null, as ``name: Type = unset()``.
    """

    def sent(self) -> dict[str, Any]:
        """The fields that the client has sent."""
        return self.model_dump(exclude_unset=True)


def unset() -> Any:
    """Default of a field in ``Changes``: may be left out, and is then not in ``sent()``."""
    return Field(default=None, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul_character", "Text must not contain the character NUL")
    return text


def _email(address: str) -> str:
    return _storable(address.lower())


Storable = AfterValidator(_storable)
"""Refuses text that PostgreSQL cannot store."""

Email = Annotated[EmailStr, Field(max_length=254), AfterValidator(_email)]
"""An e-mail address, in lower case: ``A@x.org`` and ``a@x.org`` are one account."""

NewPassword = Annotated[str, StringConstraints(min_length=8, max_length=128), Storable]
"""A password that someone chooses (lengths by NIST SP 800-63B)."""

GivenPassword = Annotated[str, StringConstraints(max_length=1024)]
"""A password to be checked: any text; the bound keeps hashing cheap."""
