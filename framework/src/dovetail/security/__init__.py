"""Security schemes: dependencies that read credentials and describe themselves in the document."""

from dovetail.security.api_key import APIKeyCookie as APIKeyCookie
from dovetail.security.api_key import APIKeyHeader as APIKeyHeader
from dovetail.security.api_key import APIKeyQuery as APIKeyQuery
from dovetail.security.http import HTTPAuthorizationCredentials as HTTPAuthorizationCredentials
from dovetail.security.http import HTTPBasic as HTTPBasic
from dovetail.security.http import HTTPBasicCredentials as HTTPBasicCredentials
from dovetail.security.http import HTTPBearer as HTTPBearer
from dovetail.security.http import HTTPDigest as HTTPDigest
from dovetail.security.oauth2 import OAuth2 as OAuth2
from dovetail.security.oauth2 import OAuth2AuthorizationCodeBearer as OAuth2AuthorizationCodeBearer
from dovetail.security.oauth2 import OAuth2PasswordBearer as OAuth2PasswordBearer
from dovetail.security.oauth2 import OAuth2PasswordRequestForm as OAuth2PasswordRequestForm
from dovetail.security.oauth2 import (
    OAuth2PasswordRequestFormStrict as OAuth2PasswordRequestFormStrict,
)
from dovetail.security.oauth2 import SecurityScopes as SecurityScopes
from dovetail.security.open_id_connect_url import OpenIdConnect as OpenIdConnect
