"""OpenID Connect."""

# ruff: noqa: N803 (the names are the specification's)

from typing import Annotated

from annotated_doc import Doc

from dovetail.exceptions import HTTPException
from dovetail.openapi.security_models import OpenIdConnect as OpenIdConnectModel
from dovetail.security.base import CredentialScheme, unauthorized


class OpenIdConnect(CredentialScheme[str]):
    """A token of an OpenID Connect provider.

    As a dependency it gives the whole `Authorization` header: checking the token is the
    application's work. A subclass can do it in `authenticate`.
    """

    def __init__(
        self,
        *,
        openIdConnectUrl: Annotated[str, Doc("URL of the provider's discovery document.")],
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 without the header.")
        ] = True,
    ) -> None:
        self.model = OpenIdConnectModel(openIdConnectUrl=openIdConnectUrl, description=description)
        self.scheme_name = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def make_not_authenticated_error(self) -> HTTPException:
        """Return the 401 error."""
        return unauthorized("Bearer")

    def authenticate(self, value: str | None) -> str | None:
        """Return the header `value` as it is."""
        if value:
            return value
        self.reject()
        return None
