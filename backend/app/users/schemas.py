"""What the API takes and gives for accounts."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.kit.pagination import Keyed
from app.kit.schemas import Changes, Email, GivenPassword, Input, NewPassword, Storable, unset

FullName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255), Storable]


class UserPublic(Keyed):
    """An account, as the API shows it."""

    model_config = ConfigDict(from_attributes=True)

    email: str
    full_name: str | None
    is_active: bool
    is_superuser: bool
    created_at: datetime
    last_seen_at: datetime | None


class UserSignup(Input):
    """A new account, made by its owner."""

    email: Email
    password: NewPassword
    full_name: FullName | None = None


class SignupAccepted(BaseModel):
    """The answer to every signup, whether or not the address has an account already."""

    detail: Literal["Check your mail."] = "Check your mail."


class UserCreate(UserSignup):
    """A new account, made by an administrator."""

    is_active: bool = True
    is_superuser: bool = False


class UserUpdate(Changes):
    """Changes to an account by an administrator."""

    email: Email = unset()
    password: NewPassword = unset()
    full_name: FullName | None = unset()
    is_active: bool = unset()
    is_superuser: bool = unset()


class ProfileUpdate(Changes):
    """Changes to one's own account. Another e-mail address needs the password."""

    email: Email = unset()
    full_name: FullName | None = unset()
    current_password: GivenPassword = unset()

    @model_validator(mode="after")
    def _email_needs_password(self) -> Self:
        if "email" in self.model_fields_set and "current_password" not in self.model_fields_set:
            raise PydanticCustomError(
                "current_password_needed", "Changing email needs current_password"
            )
        return self


class PasswordChange(Input):
    """A new password for one's own account."""

    current_password: GivenPassword
    new_password: NewPassword = Field(description="8 to 128 characters")
