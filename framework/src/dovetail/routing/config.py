"""What a path operation was given and what follows from it, ready to be compiled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from dovetail.types import IncEx

if TYPE_CHECKING:
    from dovetail._pydantic import ModelField
    from dovetail.routing.limits import FormLimits


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationConfig:
    """One path operation as it is reached by one path: input of the plan compiler.

    A route that is included twice has two of these. The dependencies are not in here; they
    come as a `Dependant` beside it.

    Attributes:
        endpoint: the path operation function, as the user wrote it.
        path: the whole path below the application, e.g. `/items/{item_id:int}`.
        methods: the HTTP methods it answers.
        status_code: of a success; `None` means 200.
        response_class: what the result is wrapped in.
        response_class_is_default: nobody chose `response_class`; JSON may be written by any means.
        response_field: validates and filters the result; `None`: no response model.
        response_model_include, response_model_exclude, response_model_by_alias,
        response_model_exclude_unset, response_model_exclude_defaults,
        response_model_exclude_none: as given to the path operation.
        stream_item_field: validates each item of a stream; `None`: not declared.
        is_json_stream: the function yields values that go out as JSON Lines.
        is_sse_stream: the function yields server-sent events.
        body_field: the whole body as one field; `None`: no body is read.
        embed_body_fields: each body parameter is a key of the body, even if there is only one.
        strict_content_type: a JSON body without a JSON content type is not read as JSON.
        max_body_size: bytes; `None`: no limit of its own.
        form_limits: `max_fields`, `max_files`, `max_part_size` for parsing forms.
        dependency_overrides_provider: has a mapping `dependency_overrides`; `None`: no overrides.
    """

    endpoint: Callable[..., Any] | None
    path: str = ""
    methods: frozenset[str] = frozenset()
    status_code: int | None = None
    response_class: type[Response] = JSONResponse
    response_class_is_default: bool = True
    response_field: "ModelField | None" = None
    response_model_include: IncEx | None = None
    response_model_exclude: IncEx | None = None
    response_model_by_alias: bool = True
    response_model_exclude_unset: bool = False
    response_model_exclude_defaults: bool = False
    response_model_exclude_none: bool = False
    stream_item_field: "ModelField | None" = None
    is_json_stream: bool = False
    is_sse_stream: bool = False
    body_field: "ModelField | None" = None
    embed_body_fields: bool = False
    strict_content_type: bool = True
    max_body_size: int | None = None
    form_limits: "FormLimits" = field(default_factory=dict)  # type: ignore[assignment]
    dependency_overrides_provider: Any = None
