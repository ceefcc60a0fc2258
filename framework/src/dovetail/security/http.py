"""Schemes of the `Authorization` header: Basic, Bearer, Digest and any other."""

# ruff: noqa: N803 (the names are the specification's)

import base64
import binascii
from typing import Annotated, cast

from annotated_doc import Doc
from pydantic import BaseModel
from typing_extensions import TypeVar

from dovetail.exceptions import HTTPException
from dovetail.openapi.security_models import HTTPBase as HTTPBaseModel
from dovetail.openapi.security_models import HTTPBearer as HTTPBearerModel
from dovetail.security.base import CredentialScheme, unauthorized
from dovetail.security.utils import get_authorization_scheme_param


class HTTPBasicCredentials(BaseModel):
    """User name and password of HTTP Basic."""

    username: Annotated[str, Doc("The user name: what stands before the first colon.")]
    password: Annotated[str, Doc("The password: what stands after the first colon.")]


class HTTPAuthorizationCredentials(BaseModel):
    """An `Authorization` header in two parts: scheme and the rest."""

    scheme: Annotated[str, Doc("The first word of the header, in the case that was sent.")]
    credentials: Annotated[str, Doc("The rest of the header.")]


T = TypeVar("T", bound=BaseModel, default=HTTPAuthorizationCredentials)


class HTTPBase(CredentialScheme[T]):
    """Any scheme of the `Authorization` header. Which scheme was sent is the caller's to check.

    As a dependency it gives `HTTPAuthorizationCredentials`.
    """

    model: HTTPBaseModel
    accepted_scheme: str | None = None
    """The one scheme that is accepted, in lower case; None accepts all."""

    def __init__(
        self,
        *,
        scheme: Annotated[str, Doc("Name of the scheme, as the document shows it.")],
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 without credentials.")
        ] = True,
    ) -> None:
        model = HTTPBaseModel(scheme=scheme, description=description)
        self._configure(model, scheme_name, auto_error)

    def _configure(self, model: HTTPBaseModel, scheme_name: str | None, auto_error: bool) -> None:
        self.model = model
        self.scheme_name = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def make_authenticate_headers(self) -> dict[str, str]:
        """Return the headers of the 401 answer: the challenge."""
        return {"WWW-Authenticate": self.model.scheme.title()}

    def make_not_authenticated_error(self) -> HTTPException:
        """Return the 401 error."""
        error = unauthorized("")
        error.headers = self.make_authenticate_headers()
        return error

    def authenticate(self, value: str | None) -> T | None:
        """Return scheme and credentials of the header `value`."""
        scheme, credentials = get_authorization_scheme_param(value)
        accepted = self.accepted_scheme in (None, scheme.lower())
        if scheme and credentials and accepted:
            return cast("T", HTTPAuthorizationCredentials(scheme=scheme, credentials=credentials))
        self.reject()
        return None


class HTTPBearer(HTTPBase[HTTPAuthorizationCredentials]):
    """A bearer token (RFC 6750). As a dependency it gives `HTTPAuthorizationCredentials`."""

    accepted_scheme = "bearer"

    def __init__(
        self,
        *,
        bearerFormat: Annotated[
            str | None, Doc("A hint at the token's format for readers, such as `JWT`.")
        ] = None,
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 without a bearer token.")
        ] = True,
    ) -> None:
        model = HTTPBearerModel(bearerFormat=bearerFormat, description=description)
        self._configure(model, scheme_name, auto_error)


class HTTPDigest(HTTPBase[HTTPAuthorizationCredentials]):
    """HTTP Digest (RFC 7616): gives the header's parts; the application checks the digest."""

    accepted_scheme = "digest"

    def __init__(
        self,
        *,
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 without a digest.")
        ] = True,
    ) -> None:
        model = HTTPBaseModel(scheme="digest", description=description)
        self._configure(model, scheme_name, auto_error)


class HTTPBasic(HTTPBase[HTTPBasicCredentials]):
    """HTTP Basic (RFC 7617). As a dependency it gives `HTTPBasicCredentials`.

    Compare the values with `secrets.compare_digest`, so that the time taken tells nothing.
    """

    def __init__(
        self,
        *,
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        realm: Annotated[str | None, Doc("The realm that the challenge names.")] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool,
            Doc(
                "False: give None instead of answering 401 when another scheme or none is sent. "
                "Malformed Basic credentials are answered with 401 all the same."
            ),
        ] = True,
    ) -> None:
        self.realm = realm
        model = HTTPBaseModel(scheme="basic", description=description)
        self._configure(model, scheme_name, auto_error)

    def make_authenticate_headers(self) -> dict[str, str]:
        """Return the challenge, with the realm if there is one."""
        realm = f' realm="{self.realm}"' if self.realm else ""
        return {"WWW-Authenticate": f"Basic{realm}"}

    def authenticate(self, value: str | None) -> HTTPBasicCredentials | None:
        """Return user name and password of the header `value`, which is read as UTF-8."""
        scheme, parameter = get_authorization_scheme_param(value)
        if scheme.lower() != "basic":
            self.reject()
            return None
        try:
            decoded = base64.b64decode(parameter, validate=True).decode()
        except (binascii.Error, ValueError):
            raise self.make_not_authenticated_error() from None
        username, colon, password = decoded.partition(":")
        if not colon:
            raise self.make_not_authenticated_error()
        return HTTPBasicCredentials(username=username, password=password)
