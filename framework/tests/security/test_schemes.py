"""Security schemes: which credentials they take, and how they refuse."""

import base64
from typing import Annotated

import pytest
from tests.kit import client

from dovetail import Depends, Security
from dovetail.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
    OAuth2,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OpenIdConnect,
)
from dovetail.security.base import CredentialScheme
from dovetail.security.http import HTTPBase
from dovetail.security.utils import get_authorization_scheme_param

CODE = {"authorizationUrl": "authorize", "tokenUrl": "token"}


def serve(app, scheme):
    async def read(credentials: Annotated[object, Security(scheme)]):
        return credentials

    app.get("/")(read)
    return client(app)


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("scheme", "request_options", "expected"),
    [
        (APIKeyQuery(name="key"), {"params": {"key": "a"}}, "a"),
        (APIKeyHeader(name="X-Key"), {"headers": {"x-key": "b"}}, "b"),
        (APIKeyCookie(name="key"), {"headers": {"cookie": "key=c"}}, "c"),
        (
            HTTPBearer(),
            {"headers": {"authorization": "bearer abc"}},
            {"scheme": "bearer", "credentials": "abc"},
        ),
        (
            HTTPDigest(),
            {"headers": {"authorization": "Digest x=1"}},
            {"scheme": "Digest", "credentials": "x=1"},
        ),
        (
            HTTPBase(scheme="Other"),
            {"headers": {"authorization": "Any thing else"}},
            {"scheme": "Any", "credentials": "thing else"},
        ),
        (
            HTTPBasic(),
            {"headers": {"authorization": basic("ada:secret:with colon")}},
            {"username": "ada", "password": "secret:with colon"},
        ),
        (
            HTTPBasic(),
            {"headers": {"authorization": basic("ädä:pässwort")}},
            {"username": "ädä", "password": "pässwort"},
        ),
        (OAuth2PasswordBearer("token"), {"headers": {"authorization": "Bearer t"}}, "t"),
        (
            OAuth2AuthorizationCodeBearer(**CODE),
            {"headers": {"authorization": "bearer t"}},
            "t",
        ),
        (
            OAuth2(flows={"implicit": {"authorizationUrl": "a"}}),
            {"headers": {"authorization": "X y"}},
            "X y",
        ),
        (
            OpenIdConnect(openIdConnectUrl="/.well-known"),
            {"headers": {"authorization": "Bearer t"}},
            "Bearer t",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, CredentialScheme) else "",
)
def test_credentials_are_given_to_the_function(app, scheme, request_options, expected):
    response = serve(app, scheme).get("/", **request_options)
    assert (response.status_code, response.json()) == (200, expected)


REFUSALS = [
    (APIKeyQuery, {"name": "key"}, "APIKey"),
    (APIKeyHeader, {"name": "key"}, "APIKey"),
    (APIKeyCookie, {"name": "key"}, "APIKey"),
    (HTTPBearer, {}, "Bearer"),
    (HTTPDigest, {}, "Digest"),
    (HTTPBase, {"scheme": "negotiate"}, "Negotiate"),
    (HTTPBasic, {}, "Basic"),
    (HTTPBasic, {"realm": "here"}, 'Basic realm="here"'),
    (OAuth2PasswordBearer, {"tokenUrl": "token"}, "Bearer"),
    (OAuth2AuthorizationCodeBearer, CODE, "Bearer"),
    (OAuth2, {}, "Bearer"),
    (OpenIdConnect, {"openIdConnectUrl": "/"}, "Bearer"),
]


@pytest.mark.parametrize(("scheme", "options", "challenge"), REFUSALS)
def test_missing_credentials_are_refused_with_a_challenge(app, scheme, options, challenge):
    response = serve(app, scheme(**options)).get("/")
    assert response.status_code == 401
    assert response.json() == {"detail": "Not authenticated"}
    assert response.headers["www-authenticate"] == challenge


@pytest.mark.parametrize(("scheme", "options", "challenge"), REFUSALS)
def test_missing_credentials_are_none_if_optional(app, scheme, options, challenge):
    response = serve(app, scheme(**options, auto_error=False)).get("/")
    assert (response.status_code, response.json()) == (200, None)


@pytest.mark.parametrize("scheme", [HTTPBearer, OAuth2PasswordBearer, HTTPDigest, HTTPBasic])
def test_another_scheme_is_refused(app, scheme):
    made = scheme("token") if scheme is OAuth2PasswordBearer else scheme()
    http = serve(app, made)
    assert http.get("/", headers={"authorization": "Other abc"}).status_code == 401


@pytest.mark.parametrize(
    "value", ["Basic ???", basic("no colon"), "Basic " + base64.b64encode(b"\xff:\xff").decode()]
)
@pytest.mark.parametrize("auto_error", [True, False])
def test_malformed_basic_credentials_are_always_refused(app, value, auto_error):
    http = serve(app, HTTPBasic(auto_error=auto_error))
    assert http.get("/", headers={"authorization": value}).status_code == 401


@pytest.mark.parametrize("value", ["Bearer", "Bearer "])
def test_a_bearer_without_a_token(app, value):
    http = serve(app, HTTPBearer())
    assert http.get("/", headers={"authorization": value}).status_code == 401


def test_a_key_that_is_empty_is_none(app):
    http = serve(app, APIKeyQuery(name="key"))
    assert http.get("/?key=").status_code == 401


def test_an_error_of_ones_own(app):
    class Teapot(HTTPBearer):
        def make_not_authenticated_error(self):
            error = super().make_not_authenticated_error()
            error.status_code = 418
            return error

    assert serve(app, Teapot()).get("/").status_code == 418


def test_types_of_what_is_given(app):
    seen = []

    @app.get("/")
    async def read(
        user: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())],
        same: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBase(scheme="basic"))],
    ):
        seen.extend([type(user), type(same)])

    client(app).get("/", headers={"authorization": basic("a:b")})
    assert seen == [HTTPBasicCredentials, HTTPAuthorizationCredentials]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (None, ("", "")),
        ("", ("", "")),
        ("Bearer", ("Bearer", "")),
        ("Bearer  a b ", ("Bearer", "a b")),
    ],
)
def test_splitting_the_header(value, parts):
    assert get_authorization_scheme_param(value) == parts


def test_schemes_in_the_document(app):
    schemes = {
        "query": APIKeyQuery(name="key", scheme_name="query", description="In the URL."),
        "HTTPBearer": HTTPBearer(bearerFormat="JWT"),
        "password": OAuth2PasswordBearer(
            "token", scheme_name="password", scopes={"read": "To read."}, refreshUrl="refresh"
        ),
        "code": OAuth2AuthorizationCodeBearer(**CODE, scheme_name="code"),
        "OpenIdConnect": OpenIdConnect(openIdConnectUrl="/.well-known"),
    }

    @app.get("/", dependencies=[Security(scheme) for scheme in schemes.values()])
    async def read():
        return None

    document = app.openapi()
    assert document["components"]["securitySchemes"] == {
        "query": {"type": "apiKey", "in": "query", "name": "key", "description": "In the URL."},
        "HTTPBearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "password": {
            "type": "oauth2",
            "flows": {
                "password": {
                    "tokenUrl": "token",
                    "refreshUrl": "refresh",
                    "scopes": {"read": "To read."},
                }
            },
        },
        "code": {"type": "oauth2", "flows": {"authorizationCode": {**CODE, "scopes": {}}}},
        "OpenIdConnect": {"type": "openIdConnect", "openIdConnectUrl": "/.well-known"},
    }
    assert document["paths"]["/"]["get"]["security"] == [{name: []} for name in schemes]
