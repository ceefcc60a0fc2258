"""API keys: a shared secret in the query string, a header or a cookie."""

from typing import Annotated, ClassVar

from annotated_doc import Doc

from dovetail.exceptions import HTTPException
from dovetail.openapi.security_models import APIKey, APIKeyIn
from dovetail.security.base import CredentialScheme, unauthorized


class APIKeyBase(CredentialScheme[str]):
    """What the three places of an API key have in common."""

    model: APIKey

    def __init__(
        self,
        location: APIKeyIn,
        name: str,
        description: str | None,
        scheme_name: str | None,
        auto_error: bool,
    ) -> None:
        self.auto_error = auto_error
        self.model = APIKey(**{"in": location}, name=name, description=description)  # type: ignore[arg-type]
        self.scheme_name = scheme_name or type(self).__name__

    @property
    def key(self) -> str:
        """Name of the parameter that carries the key."""
        return self.model.name

    def make_not_authenticated_error(self) -> HTTPException:
        """Return the 401 error.

        `APIKey` is not a registered challenge, but RFC 9110 wants one with each 401. Override this
        method to send another.
        """
        return unauthorized("APIKey")

    def check_api_key(self, api_key: str | None) -> str | None:
        """Return the key; an absent or empty one is rejected."""
        if api_key:
            return api_key
        self.reject()
        return None

    def authenticate(self, value: str | None) -> str | None:
        """Return the key; see `check_api_key`."""
        return self.check_api_key(value)


class APIKeyQuery(APIKeyBase):
    """An API key in a query parameter. As a dependency it gives the key as a string."""

    location: ClassVar[str] = "query"

    def __init__(
        self,
        *,
        name: Annotated[str, Doc("Name of the query parameter.")],
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 when there is no key.")
        ] = True,
    ) -> None:
        super().__init__(APIKeyIn.query, name, description, scheme_name, auto_error)


class APIKeyHeader(APIKeyBase):
    """An API key in a header. As a dependency it gives the key as a string."""

    location: ClassVar[str] = "header"

    def __init__(
        self,
        *,
        name: Annotated[str, Doc("Name of the header, such as `X-API-Key`.")],
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 when there is no key.")
        ] = True,
    ) -> None:
        super().__init__(APIKeyIn.header, name, description, scheme_name, auto_error)


class APIKeyCookie(APIKeyBase):
    """An API key in a cookie. As a dependency it gives the key as a string."""

    location: ClassVar[str] = "cookie"

    def __init__(
        self,
        *,
        name: Annotated[str, Doc("Name of the cookie.")],
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 when there is no key.")
        ] = True,
    ) -> None:
        super().__init__(APIKeyIn.cookie, name, description, scheme_name, auto_error)
