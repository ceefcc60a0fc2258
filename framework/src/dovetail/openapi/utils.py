"""The document generator under the names that FastAPI gives it."""

from dovetail.openapi.constants import METHODS_WITH_BODY as METHODS_WITH_BODY
from dovetail.openapi.constants import REF_PREFIX as REF_PREFIX
from dovetail.openapi.constants import REF_TEMPLATE as REF_TEMPLATE
from dovetail.openapi.document import get_openapi as get_openapi
from dovetail.openapi.responses import STATUS_CODE_RANGES
from dovetail.openapi.schemas import validation_error_schemas

status_code_ranges = STATUS_CODE_RANGES
validation_error_definition = validation_error_schemas()["ValidationError"]
validation_error_response_definition = validation_error_schemas()["HTTPValidationError"]
