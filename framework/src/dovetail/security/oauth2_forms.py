"""The form that an OAuth 2.0 client posts to get tokens with a password (RFC 6749, 4.3.2)."""

from typing import Annotated

from annotated_doc import Doc

from dovetail.param_functions import Form


class OAuth2PasswordRequestForm:
    """A dependency that reads the form of the password flow.

    `scopes` holds the requested scopes as a list. The grant type may be left out, though RFC 6749
    asks for it; `OAuth2PasswordRequestFormStrict` insists.
    """

    def __init__(
        self,
        *,
        grant_type: Annotated[
            str | None,
            Form(pattern="^password$"),
            Doc("`password`, or left out."),
        ] = None,
        username: Annotated[str, Form(), Doc("The user's name; the field has this name.")],
        password: Annotated[
            str,
            Form(json_schema_extra={"format": "password"}),
            Doc("The user's password; the field has this name."),
        ],
        scope: Annotated[
            str, Form(), Doc("Requested scopes, separated by spaces: `items:read items:write`.")
        ] = "",
        client_id: Annotated[
            str | None, Form(), Doc("The client's identifier, if not sent as HTTP Basic.")
        ] = None,
        client_secret: Annotated[
            str | None,
            Form(json_schema_extra={"format": "password"}),
            Doc("The client's secret, if not sent as HTTP Basic."),
        ] = None,
    ) -> None:
        self.grant_type = grant_type
        self.username = username
        self.password = password
        self.scopes = scope.split()
        self.client_id = client_id
        self.client_secret = client_secret


class OAuth2PasswordRequestFormStrict(OAuth2PasswordRequestForm):
    """The same form with `grant_type=password` required, as RFC 6749 has it."""

    def __init__(
        self,
        grant_type: Annotated[str, Form(pattern="^password$"), Doc("`password`.")],
        username: Annotated[str, Form(), Doc("The user's name; the field has this name.")],
        password: Annotated[str, Form(), Doc("The user's password; the field has this name.")],
        scope: Annotated[
            str, Form(), Doc("Requested scopes, separated by spaces: `items:read items:write`.")
        ] = "",
        client_id: Annotated[
            str | None, Form(), Doc("The client's identifier, if not sent as HTTP Basic.")
        ] = None,
        client_secret: Annotated[
            str | None, Form(), Doc("The client's secret, if not sent as HTTP Basic.")
        ] = None,
    ) -> None:
        super().__init__(
            grant_type=grant_type,
            username=username,
            password=password,
            scope=scope,
            client_id=client_id,
            client_secret=client_secret,
        )
