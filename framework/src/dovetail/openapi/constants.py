"""Values that the generation of the OpenAPI document shares."""

from typing import Final

METHODS_WITH_BODY: Final = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"}
"""Methods whose request body was documented by FastAPI: kept for code that imports it."""

METHODS_WITH_DOCUMENTED_BODY: Final = METHODS_WITH_BODY | {"QUERY"}
"""Methods whose request body is described here; QUERY has one too."""

REF_PREFIX: Final = "#/components/schemas/"
REF_TEMPLATE: Final = "#/components/schemas/{model}"
