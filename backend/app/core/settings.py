"""Settings of the application, read from the environment, ``.env`` and secret files."""

import functools
import secrets
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    EmailStr,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[3]
"""The folder that holds ``backend/``, ``frontend/`` and ``.env``."""

_SECRETS_DIR = Path("/run/secrets")
_WEAK = {"changethis", "changeme", "secret", "password", "admin", "postgres", "12345678"}
_MIN_KEY_LENGTH = 32
_MIN_PASSWORD_LENGTH = 12


class SettingsError(RuntimeError):
    """The settings do not allow a start; the message names each variable and what is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("Invalid settings:\n" + "\n".join(f"  {line}" for line in problems))


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
    return value


Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """Every setting, under its environment variable's name in lower case.

    The environment wins over ``.env`` in the working directory, which wins over ``.env`` in the
    project's root, which wins over files in ``/run/secrets``. Empty values count as absent.
    """

    model_config = SettingsConfigDict(
        env_file=(PROJECT_ROOT / ".env", ".env"),
        env_ignore_empty=True,
        extra="ignore",
        secrets_dir=_SECRETS_DIR if _SECRETS_DIR.is_dir() else None,
    )

    project_name: str = "Dovetail"
    project_slug: str = Field("app", pattern=r"^[a-z][a-z0-9_-]*$")
    domain: str = "localhost"
    environment: Literal["local", "staging", "production"] = "local"
    registration_open: bool = False
    frontend_origins: Origins = ()
    """Further origins whose pages may use the API with cookies, such as https://app.example.com."""
    frontend_directory: Path = PROJECT_ROOT / "frontend" / "dist"

    secret_key: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_urlsafe(48)))
    access_token_minutes: int = Field(15, ge=1, le=60)
    session_days: int = Field(30, ge=1, le=365)
    bcrypt_rounds: int = Field(12, ge=4, le=16)
    login_attempts: int = Field(10, ge=1)
    """Wrong passwords for one account within the window before it is closed to attempts."""
    login_attempts_per_address: int = Field(100, ge=1)
    login_window_minutes: int = Field(15, ge=1)

    first_superuser: EmailStr | None = None
    first_superuser_password: SecretStr | None = None

    database_url: SecretStr | None = None
    """Absent (only in ``local``): an embedded PostgreSQL with its data in ``.dev/postgres``."""
    database_password: SecretStr | None = None
    """Completes a ``database_url`` without a password: a secret file of its own may hold it."""
    database_pool_size: int = Field(10, ge=1, le=500)
    database_max_overflow: int = Field(10, ge=0, le=500)
    database_pool_timeout: float = Field(10, gt=0)
    migrate_on_start: bool = True

    smtp_host: str | None = None
    smtp_port: int = Field(1025, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    emails_from: EmailStr | None = None

    drain_file: Path | None = None
    """While this file exists the process counts as unready, though it serves (``docker/app``)."""
    backup_max_age_hours: float | None = Field(None, gt=0)
    """Readiness warns when the newest proven backup is older."""

    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("smtp_tls", mode="before")
    @classmethod
    def _tls_from_flag(cls, value: object) -> object:
        if isinstance(value, str):
            value = value.lower()
            return {"true": "starttls", "1": "starttls", "false": "none", "0": "none"}.get(
                value, value
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            scheme = urlsplit(value.get_secret_value()).scheme
            if scheme.partition("+")[0] not in {"postgres", "postgresql"}:
                raise ValueError("must be the URL of a PostgreSQL database")
        return value

    @model_validator(mode="after")
    def _strong_secrets(self) -> Self:
        if self.environment != "local":
            problems = [*self._missing(), *self._weak()]
            if problems:
                raise SettingsError(problems)
        return self

    def _missing(self) -> list[str]:
        needed = ("secret_key", "database_url", "smtp_host", "emails_from")
        missing = [name for name in needed if name not in self.model_fields_set]
        if self.first_superuser and self.first_superuser_password is None:
            missing.append("first_superuser_password")
        return [f"{name.upper()}: must be set in {self.environment}" for name in missing]

    def _weak(self) -> list[str]:
        return [
            f"{name.upper()}: too weak: use at least {length} random characters"
            for name, length in (
                ("secret_key", _MIN_KEY_LENGTH),
                ("first_superuser_password", _MIN_PASSWORD_LENGTH),
            )
            if (secret := getattr(self, name)) is not None
            and _is_weak(secret.get_secret_value(), length)
        ]

    @property
    def public_url(self) -> str:
        """Where people reach the application, for links in mails and as an allowed origin."""
        host = self.domain.partition(":")[0]
        if host in {"localhost", "127.0.0.1"}:
            return f"http://{self.domain}" if ":" in self.domain else f"http://{host}:8000"
        return f"https://{self.domain}"

    @property
    def origins(self) -> frozenset[str]:
        """Origins whose pages may use the API with cookies."""
        return frozenset({self.public_url, *self.frontend_origins})

    @property
    def sender(self) -> str:
        """The address that mails come from."""
        return self.emails_from or f"noreply@{self.domain.partition(':')[0]}"


def _is_weak(secret: str, length: int) -> bool:
    return len(secret) < length or secret.lower() in _WEAK or len(set(secret)) < length // 4


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: A value is missing, weak or malformed; no value is shown in the message.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError(problems) from None


@functools.cache
def get_settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        SettingsError: As ``load_settings``.
    """
    return load_settings()
