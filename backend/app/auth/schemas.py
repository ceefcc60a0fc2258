"""What the API takes and gives for logging in."""

from typing import Literal

from pydantic import BaseModel

from app.kit.schemas import GivenPassword, Input


class Credentials(Input):
    """What is typed into the login form."""

    email: GivenPassword
    password: GivenPassword


class Token(BaseModel):
    """A successful answer of the token endpoint (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
    refresh_token: str
    scope: str
