"""Models of the OpenAPI 3.1 document, one per object of the specification.

The field names are the specification's; names that Python reserves have an underscore and an alias.
Building the validators waits for the first document (`defer_build`), so importing this is cheap.
"""

# ruff: noqa: N815 (the names are the specification's)

from enum import Enum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AnyUrl, BaseModel, Field, GetCoreSchemaHandler, with_config
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict
from typing_extensions import deprecated as typing_deprecated

from dovetail.openapi.security_models import (
    APIKey as APIKey,
)
from dovetail.openapi.security_models import (
    APIKeyIn as APIKeyIn,
)
from dovetail.openapi.security_models import (
    BaseModelWithConfig as BaseModelWithConfig,
)
from dovetail.openapi.security_models import (
    HTTPBase as HTTPBase,
)
from dovetail.openapi.security_models import (
    HTTPBearer as HTTPBearer,
)
from dovetail.openapi.security_models import (
    OAuth2 as OAuth2,
)
from dovetail.openapi.security_models import (
    OAuthFlow as OAuthFlow,
)
from dovetail.openapi.security_models import (
    OAuthFlowAuthorizationCode as OAuthFlowAuthorizationCode,
)
from dovetail.openapi.security_models import (
    OAuthFlowClientCredentials as OAuthFlowClientCredentials,
)
from dovetail.openapi.security_models import (
    OAuthFlowImplicit as OAuthFlowImplicit,
)
from dovetail.openapi.security_models import (
    OAuthFlowPassword as OAuthFlowPassword,
)
from dovetail.openapi.security_models import (
    OAuthFlows as OAuthFlows,
)
from dovetail.openapi.security_models import (
    OpenIdConnect as OpenIdConnect,
)
from dovetail.openapi.security_models import (
    SecurityBase as SecurityBase,
)
from dovetail.openapi.security_models import (
    SecurityScheme as SecurityScheme,
)
from dovetail.openapi.security_models import (
    SecuritySchemeType as SecuritySchemeType,
)

if TYPE_CHECKING or find_spec("email_validator") is not None:
    from pydantic import EmailStr
else:

    class EmailStr(str):
        """An e-mail address that is not checked, since `email-validator` is not installed."""

        __slots__ = ()

        @classmethod
        def __get_pydantic_core_schema__(
            cls, source: type[Any], handler: GetCoreSchemaHandler
        ) -> CoreSchema:
            return core_schema.str_schema()


class Contact(BaseModelWithConfig):
    """Who to ask about the API."""

    name: str | None = None
    url: AnyUrl | None = None
    email: EmailStr | None = None


class License(BaseModelWithConfig):
    """The licence of the API: an SPDX `identifier` or a `url`."""

    name: str
    identifier: str | None = None
    url: AnyUrl | None = None


class Info(BaseModelWithConfig):
    """Title, version and other facts about the API."""

    title: str
    summary: str | None = None
    description: str | None = None
    termsOfService: str | None = None
    contact: Contact | None = None
    license: License | None = None
    version: str


class ServerVariable(BaseModelWithConfig):
    """A variable of a server's URL template."""

    enum: Annotated[list[str] | None, Field(min_length=1)] = None
    default: str
    description: str | None = None


class Server(BaseModelWithConfig):
    """A server that offers the API."""

    url: AnyUrl | str
    description: str | None = None
    variables: dict[str, ServerVariable] | None = None


class Reference(BaseModel):
    """A reference to an object elsewhere in the document."""

    ref: str = Field(alias="$ref")


class Discriminator(BaseModel):
    """Which property tells the members of a union apart."""

    propertyName: str
    mapping: dict[str, str] | None = None


class XML(BaseModelWithConfig):
    """How a property looks in XML."""

    name: str | None = None
    namespace: str | None = None
    prefix: str | None = None
    attribute: bool | None = None
    wrapped: bool | None = None


class ExternalDocumentation(BaseModelWithConfig):
    """Documentation kept elsewhere."""

    description: str | None = None
    url: AnyUrl


SchemaType = Literal["array", "boolean", "integer", "null", "number", "object", "string"]


class Schema(BaseModelWithConfig):
    """A JSON Schema (draft 2020-12) with OpenAPI's additions."""

    # Core vocabulary
    schema_: str | None = Field(default=None, alias="$schema")
    vocabulary: str | None = Field(default=None, alias="$vocabulary")
    id: str | None = Field(default=None, alias="$id")
    anchor: str | None = Field(default=None, alias="$anchor")
    dynamicAnchor: str | None = Field(default=None, alias="$dynamicAnchor")
    ref: str | None = Field(default=None, alias="$ref")
    dynamicRef: str | None = Field(default=None, alias="$dynamicRef")
    defs: dict[str, "SchemaOrBool"] | None = Field(default=None, alias="$defs")
    comment: str | None = Field(default=None, alias="$comment")
    # Applicators
    allOf: list["SchemaOrBool"] | None = None
    anyOf: list["SchemaOrBool"] | None = None
    oneOf: list["SchemaOrBool"] | None = None
    not_: "SchemaOrBool | None" = Field(default=None, alias="not")
    if_: "SchemaOrBool | None" = Field(default=None, alias="if")
    then: "SchemaOrBool | None" = None
    else_: "SchemaOrBool | None" = Field(default=None, alias="else")
    dependentSchemas: dict[str, "SchemaOrBool"] | None = None
    prefixItems: list["SchemaOrBool"] | None = None
    items: "SchemaOrBool | None" = None
    contains: "SchemaOrBool | None" = None
    properties: dict[str, "SchemaOrBool"] | None = None
    patternProperties: dict[str, "SchemaOrBool"] | None = None
    additionalProperties: "SchemaOrBool | None" = None
    propertyNames: "SchemaOrBool | None" = None
    unevaluatedItems: "SchemaOrBool | None" = None
    unevaluatedProperties: "SchemaOrBool | None" = None
    # Validation
    type: SchemaType | list[SchemaType] | None = None
    enum: list[Any] | None = None
    const: Any | None = None
    multipleOf: float | None = Field(default=None, gt=0)
    maximum: float | None = None
    exclusiveMaximum: float | None = None
    minimum: float | None = None
    exclusiveMinimum: float | None = None
    maxLength: int | None = Field(default=None, ge=0)
    minLength: int | None = Field(default=None, ge=0)
    pattern: str | None = None
    maxItems: int | None = Field(default=None, ge=0)
    minItems: int | None = Field(default=None, ge=0)
    uniqueItems: bool | None = None
    maxContains: int | None = Field(default=None, ge=0)
    minContains: int | None = Field(default=None, ge=0)
    maxProperties: int | None = Field(default=None, ge=0)
    minProperties: int | None = Field(default=None, ge=0)
    required: list[str] | None = None
    dependentRequired: dict[str, set[str]] | None = None
    format: str | None = None
    # Contents of strings
    contentEncoding: str | None = None
    contentMediaType: str | None = None
    contentSchema: "SchemaOrBool | None" = None
    # Annotations
    title: str | None = None
    description: str | None = None
    default: Any | None = None
    deprecated: bool | None = None
    readOnly: bool | None = None
    writeOnly: bool | None = None
    examples: list[Any] | None = None
    # OpenAPI's own
    discriminator: Discriminator | None = None
    xml: XML | None = None
    externalDocs: ExternalDocumentation | None = None
    example: Annotated[
        Any | None,
        typing_deprecated("OpenAPI 3.1 has `examples`; `example` is that of OpenAPI 3.0."),
    ] = None


SchemaOrBool = Schema | bool


@with_config({"extra": "allow"})
class Example(TypedDict, total=False):
    """A named example; keys beyond these are kept."""

    summary: str | None
    description: str | None
    value: Any | None
    externalValue: AnyUrl | None


class ParameterInType(Enum):
    """Where a parameter can be sent."""

    query = "query"
    header = "header"
    path = "path"
    cookie = "cookie"


class Encoding(BaseModelWithConfig):
    """How one property of a form body is encoded."""

    contentType: str | None = None
    headers: dict[str, "Header | Reference"] | None = None
    style: str | None = None
    explode: bool | None = None
    allowReserved: bool | None = None


class MediaType(BaseModelWithConfig):
    """Schema and examples of a body in one media type."""

    schema_: Schema | Reference | None = Field(default=None, alias="schema")
    example: Any | None = None
    examples: dict[str, Example | Reference] | None = None
    encoding: dict[str, Encoding] | None = None


class ParameterBase(BaseModelWithConfig):
    """What parameters and headers have in common."""

    description: str | None = None
    required: bool | None = None
    deprecated: bool | None = None
    style: str | None = None
    explode: bool | None = None
    allowReserved: bool | None = None
    schema_: Schema | Reference | None = Field(default=None, alias="schema")
    example: Any | None = None
    examples: dict[str, Example | Reference] | None = None
    content: dict[str, MediaType] | None = None


class Parameter(ParameterBase):
    """A parameter of an operation."""

    name: str
    in_: ParameterInType = Field(alias="in")


class Header(ParameterBase):
    """A header of a response or of a part of a form."""


class RequestBody(BaseModelWithConfig):
    """The body of a request, by media type."""

    description: str | None = None
    content: dict[str, MediaType]
    required: bool | None = None


class Link(BaseModelWithConfig):
    """An operation that a response leads to."""

    operationRef: str | None = None
    operationId: str | None = None
    parameters: dict[str, Any | str] | None = None
    requestBody: Any | str | None = None
    description: str | None = None
    server: Server | None = None


class Response(BaseModelWithConfig):
    """A response of an operation, by media type."""

    description: str
    headers: dict[str, Header | Reference] | None = None
    content: dict[str, MediaType] | None = None
    links: dict[str, Link | Reference] | None = None


class Operation(BaseModelWithConfig):
    """One method of one path."""

    tags: list[str] | None = None
    summary: str | None = None
    description: str | None = None
    externalDocs: ExternalDocumentation | None = None
    operationId: str | None = None
    parameters: list[Parameter | Reference] | None = None
    requestBody: RequestBody | Reference | None = None
    responses: dict[str, Response | Any] | None = None
    callbacks: dict[str, "dict[str, PathItem] | Reference"] | None = None
    deprecated: bool | None = None
    security: list[dict[str, list[str]]] | None = None
    servers: list[Server] | None = None


class PathItem(BaseModelWithConfig):
    """The operations of one path."""

    ref: str | None = Field(default=None, alias="$ref")
    summary: str | None = None
    description: str | None = None
    get: Operation | None = None
    put: Operation | None = None
    post: Operation | None = None
    delete: Operation | None = None
    options: Operation | None = None
    head: Operation | None = None
    patch: Operation | None = None
    trace: Operation | None = None
    servers: list[Server] | None = None
    parameters: list[Parameter | Reference] | None = None


class Components(BaseModelWithConfig):
    """Objects that the rest of the document refers to."""

    schemas: dict[str, Schema | Reference] | None = None
    responses: dict[str, Response | Reference] | None = None
    parameters: dict[str, Parameter | Reference] | None = None
    examples: dict[str, Example | Reference] | None = None
    requestBodies: dict[str, RequestBody | Reference] | None = None
    headers: dict[str, Header | Reference] | None = None
    securitySchemes: dict[str, SecurityScheme | Reference] | None = None
    links: dict[str, Link | Reference] | None = None
    callbacks: dict[str, dict[str, PathItem] | Reference | Any] | None = None
    pathItems: dict[str, PathItem | Reference] | None = None


class Tag(BaseModelWithConfig):
    """A tag that groups operations."""

    name: str
    description: str | None = None
    externalDocs: ExternalDocumentation | None = None


class OpenAPI(BaseModelWithConfig):
    """The whole document."""

    openapi: str
    info: Info
    jsonSchemaDialect: str | None = None
    servers: list[Server] | None = None
    paths: dict[str, PathItem | Any] | None = None
    webhooks: dict[str, PathItem | Reference] | None = None
    components: Components | None = None
    security: list[dict[str, list[str]]] | None = None
    tags: list[Tag] | None = None
    externalDocs: ExternalDocumentation | None = None
