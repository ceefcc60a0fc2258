"""OAuth 2.0 (RFC 6749): the schemes and the scopes that an operation needs."""

# ruff: noqa: N803 (the names are the specification's)

from typing import Annotated, Any

from annotated_doc import Doc

from dovetail.exceptions import HTTPException
from dovetail.openapi.security_models import OAuth2 as OAuth2Model
from dovetail.openapi.security_models import OAuthFlows as OAuthFlowsModel
from dovetail.security.base import CredentialScheme, unauthorized
from dovetail.security.oauth2_forms import OAuth2PasswordRequestForm as OAuth2PasswordRequestForm
from dovetail.security.oauth2_forms import (
    OAuth2PasswordRequestFormStrict as OAuth2PasswordRequestFormStrict,
)
from dovetail.security.utils import get_authorization_scheme_param


class OAuth2(CredentialScheme[str]):
    """OAuth 2.0 with any flows. As a dependency it gives the whole `Authorization` header."""

    model: OAuth2Model

    def __init__(
        self,
        *,
        flows: Annotated[
            OAuthFlowsModel | dict[str, dict[str, Any]],
            Doc("The flows as in the document: a model, or a dictionary of the same shape."),
        ] = OAuthFlowsModel(),  # noqa: B008 (immutable by convention; shown by help())
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 without the header.")
        ] = True,
    ) -> None:
        self.model = OAuth2Model(flows=flows, description=description)  # type: ignore[arg-type]
        self.scheme_name = scheme_name or type(self).__name__
        self.auto_error = auto_error

    def make_not_authenticated_error(self) -> HTTPException:
        """Return the 401 error.

        OpenAPI lets OAuth 2.0 use any authentication scheme; in practice it is Bearer (RFC 6750),
        and so is the challenge. Override this method to send another.
        """
        return unauthorized("Bearer")

    def authenticate(self, value: str | None) -> str | None:
        """Return the header `value` as it is."""
        if value:
            return value
        self.reject()
        return None


class OAuth2Bearer(OAuth2):
    """What the flows that end in a bearer token have in common: the dependency gives the token."""

    def authenticate(self, value: str | None) -> str | None:
        """Return the token of the header `value`."""
        scheme, token = get_authorization_scheme_param(value)
        if scheme.lower() == "bearer":
            return token
        self.reject()
        return None


class OAuth2PasswordBearer(OAuth2Bearer):
    """OAuth 2.0 password flow (RFC 6749, 4.3). As a dependency it gives the bearer token."""

    def __init__(
        self,
        tokenUrl: Annotated[
            str,
            Doc(
                "URL of the operation that gives tokens; it takes `OAuth2PasswordRequestForm`. A "
                "relative URL is resolved against the server's."
            ),
        ],
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        scopes: Annotated[
            dict[str, str] | None, Doc("The scopes that can be asked for, with descriptions.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 without a bearer token.")
        ] = True,
        refreshUrl: Annotated[
            str | None, Doc("URL of the operation that gives fresh tokens.")
        ] = None,
    ) -> None:
        flow = {"tokenUrl": tokenUrl, "refreshUrl": refreshUrl, "scopes": scopes or {}}
        super().__init__(
            flows={"password": flow},
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )


class OAuth2AuthorizationCodeBearer(OAuth2Bearer):
    """OAuth 2.0 authorization code flow (RFC 6749, 4.1). As a dependency it gives the token."""

    def __init__(
        self,
        authorizationUrl: Annotated[str, Doc("URL where the user grants access.")],
        tokenUrl: Annotated[str, Doc("URL where the code is exchanged for tokens.")],
        refreshUrl: Annotated[str | None, Doc("URL that gives fresh tokens.")] = None,
        scheme_name: Annotated[
            str | None, Doc("Key of the scheme in the document; the class name if not given.")
        ] = None,
        scopes: Annotated[
            dict[str, str] | None, Doc("The scopes that can be asked for, with descriptions.")
        ] = None,
        description: Annotated[str | None, Doc("Description in the document.")] = None,
        auto_error: Annotated[
            bool, Doc("False: give None instead of answering 401 without a bearer token.")
        ] = True,
    ) -> None:
        flow = {
            "authorizationUrl": authorizationUrl,
            "tokenUrl": tokenUrl,
            "refreshUrl": refreshUrl,
            "scopes": scopes or {},
        }
        super().__init__(
            flows={"authorizationCode": flow},
            scheme_name=scheme_name,
            description=description,
            auto_error=auto_error,
        )


class SecurityScopes:
    """The scopes that an operation needs: those of all `Security` dependencies on the way to here.

    A dependency declares a parameter of this type to get it.
    """

    def __init__(
        self,
        scopes: Annotated[list[str] | None, Doc("The scopes; filled in by the framework.")] = None,
    ) -> None:
        self.scopes: Annotated[list[str], Doc("The scopes, outermost first.")] = scopes or []
        self.scope_str: Annotated[str, Doc("The scopes in one string, separated by spaces.")] = (
            " ".join(self.scopes)
        )
