"""What all security schemes share.

A scheme reads one string from one place of the request and turns it into credentials. `location`
and `key` say where the string is, `authenticate` is a plain function of it: so an executor can call
that with a value which it already has, and needs no connection object.
"""

from typing import ClassVar, Generic, TypeVar

from starlette.requests import HTTPConnection

from dovetail.exceptions import HTTPException
from dovetail.openapi.security_models import SecurityBase as SecurityBaseModel

T = TypeVar("T")


class SecurityBase:
    """A dependency that the OpenAPI document lists as a security scheme.

    A class of one's own sets `model` (the scheme as the document shows it) and `scheme_name` (its
    key in the document) and is called as a dependency.
    """

    model: SecurityBaseModel
    scheme_name: str


class CredentialScheme(SecurityBase, Generic[T]):
    """A scheme that reads one string of the request; called, it gives the credentials or None."""

    auto_error: bool
    location: ClassVar[str] = "header"
    """Where the string is: `header`, `query` or `cookie`."""

    @property
    def key(self) -> str:
        """Name of the header, query parameter or cookie that carries the credentials."""
        return "Authorization"

    async def __call__(self, request: HTTPConnection) -> T | None:
        """Return the credentials that `request` carries; see `authenticate`."""
        sources = {"query": "query_params", "header": "headers", "cookie": "cookies"}
        return self.authenticate(getattr(request, sources[self.location]).get(self.key))

    def authenticate(self, value: str | None) -> T | None:
        """Turn the string found (None: not sent) into credentials.

        Missing or unusable credentials give None if `auto_error` is false, else raise an
        `HTTPException` with status 401 and a `WWW-Authenticate` header.
        """
        raise NotImplementedError

    def make_not_authenticated_error(self) -> HTTPException:
        """Return the error that is raised when credentials are missing."""
        raise NotImplementedError

    def reject(self) -> None:
        """Raise the error for missing credentials, unless they are optional."""
        if self.auto_error:
            raise self.make_not_authenticated_error()


def unauthorized(challenge: str) -> HTTPException:
    """Return the 401 error with `challenge` as its `WWW-Authenticate` header (RFC 9110, 11.6.1)."""
    return HTTPException(
        status_code=401,
        detail="Not authenticated",
        headers={"WWW-Authenticate": challenge},
    )
