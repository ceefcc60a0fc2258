"""Response classes: Starlette's, and JSON by two faster libraries if they are installed."""

import importlib
from types import ModuleType
from typing import Any

from starlette.responses import FileResponse as FileResponse
from starlette.responses import HTMLResponse as HTMLResponse
from starlette.responses import JSONResponse as JSONResponse
from starlette.responses import PlainTextResponse as PlainTextResponse
from starlette.responses import RedirectResponse as RedirectResponse
from starlette.responses import Response as Response
from starlette.responses import StreamingResponse as StreamingResponse
from typing_extensions import deprecated

from dovetail.exceptions import ConfigurationError, DovetailDeprecationWarning
from dovetail.sse import EventSourceResponse as EventSourceResponse


def _optional(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


# Module attributes, since applications and tests look at them to know what is installed.
ujson: Any = _optional("ujson")
orjson: Any = _optional("orjson")


@deprecated(
    "UJSONResponse is deprecated: with a return type or a response model, JSON is written "
    "by Pydantic, which is faster and needs no response class.",
    category=DovetailDeprecationWarning,
    stacklevel=2,
)
class UJSONResponse(JSONResponse):
    """JSON written by the package `ujson`, which is to be installed separately. Deprecated."""

    def render(self, content: Any) -> bytes:
        if ujson is None:
            raise ConfigurationError("ujson must be installed to use UJSONResponse")
        text: str = ujson.dumps(content, ensure_ascii=False)
        return text.encode("utf-8")


@deprecated(
    "ORJSONResponse is deprecated: with a return type or a response model, JSON is written "
    "by Pydantic, which is faster and needs no response class.",
    category=DovetailDeprecationWarning,
    stacklevel=2,
)
class ORJSONResponse(JSONResponse):
    """JSON written by the package `orjson`, which is to be installed separately. Deprecated."""

    def render(self, content: Any) -> bytes:
        if orjson is None:
            raise ConfigurationError("orjson must be installed to use ORJSONResponse")
        options = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
        data: bytes = orjson.dumps(content, option=options)
        return data
