"""What is derived from the options of a path operation, alike for a route and its inclusions."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from starlette.responses import Response

from dovetail._annotations import lenient_issubclass
from dovetail.datastructures import DefaultPlaceholder
from dovetail.dependencies.callables import is_async_gen_callable, is_gen_callable
from dovetail.dependencies.signature import get_stream_item_type, get_typed_return_annotation
from dovetail.dependencies.utils import build_dependant, get_body_field
from dovetail.exceptions import ConfigurationError
from dovetail.params import Depends
from dovetail.routing.changes import changes
from dovetail.routing.config import OperationConfig
from dovetail.routing.handlers import unwrapped
from dovetail.routing.path import PathPattern
from dovetail.types import IncEx
from dovetail.utils import create_model_field, is_body_allowed_for_status_code

if TYPE_CHECKING:
    from dovetail._pydantic import ModelField
    from dovetail.dependencies.models import Dependant
    from dovetail.routing.limits import FormLimits


class Operation:
    """A path operation under one path.

    The attributes are those that plug-ins find on FastAPI's routes. Which of them are given and
    which computed on demand is up to the subclasses `APIRoute` and `EffectiveRoute`.
    """

    path: str
    endpoint: Callable[..., Any]
    methods: Any
    name: str
    status_code: int | None
    response_model: Any
    response_class: type[Response] | DefaultPlaceholder
    response_model_include: IncEx | None
    response_model_exclude: IncEx | None
    response_model_by_alias: bool
    response_model_exclude_unset: bool
    response_model_exclude_defaults: bool
    response_model_exclude_none: bool
    responses: dict[int | str, dict[str, Any]]
    dependencies: list[Depends]
    stream_item_type: Any
    strict_content_type: bool | DefaultPlaceholder
    max_body_size: int | None
    form_limits: "FormLimits"
    dependency_overrides_provider: Any
    unique_id: str
    pattern: PathPattern

    @property
    def path_regex(self) -> Any:
        """The regular expression that paths are matched with."""
        return self.pattern.regex

    @path_regex.setter
    def path_regex(self, regex: Any) -> None:
        self.pattern = PathPattern(self.path)
        self.pattern.regex = regex
        changes.mark_everywhere()

    @cached_property
    def _analysis(self) -> "tuple[Dependant, list[ModelField], bool]":
        return build_dependant(
            path=self.pattern.format, call=self.endpoint, dependencies=self.dependencies
        )

    @cached_property
    def dependant(self) -> "Dependant":
        """All that the function and its dependencies declare."""
        return self._analysis[0]

    @cached_property
    def _embed_body_fields(self) -> bool:
        return self._analysis[2]

    @cached_property
    def body_field(self) -> "ModelField | None":
        """The whole body as one field; `None` if no body is read."""
        return get_body_field(
            body_params=self._analysis[1],
            name=self.unique_id,
            embed_body_fields=self._embed_body_fields,
        )

    @cached_property
    def response_field(self) -> "ModelField | None":
        """The field of the response model; `None` without one."""
        if not self.response_model:
            return None
        return create_model_field(
            name=f"Response_{self.unique_id}", type_=self.response_model, mode="serialization"
        )

    @cached_property
    def stream_item_field(self) -> "ModelField | None":
        """The field of the items of a stream; `None` if their type is not declared."""
        if not self.stream_item_type:
            return None
        return create_model_field(
            name=f"StreamItem_{self.unique_id}", type_=self.stream_item_type, mode="serialization"
        )

    @cached_property
    def response_fields(self) -> "dict[int | str, ModelField]":
        """The fields of the additional responses that have a model, by status code."""
        return response_fields(self.responses, self.unique_id)

    @property
    def is_sse_stream(self) -> bool:
        """Whether the function yields server-sent events."""
        from dovetail.responses import EventSourceResponse

        return generates(self.endpoint) and lenient_issubclass(
            self.response_class, EventSourceResponse
        )

    @property
    def is_json_stream(self) -> bool:
        """Whether the function yields values that are sent as JSON Lines."""
        return isinstance(self.response_class, DefaultPlaceholder) and generates(self.endpoint)

    def _check_parameters(self) -> None:
        """Read all parameters; raise `ConfigurationError` if they cannot be as declared."""
        _ = self.dependant
        if self._embed_body_fields and any(
            may_be_no_field_name(field.name) for field in self._analysis[1]
        ):
            _ = self.body_field

    def config(self) -> OperationConfig:
        """Give what the plan compiler needs to know."""
        response_class = self.response_class
        return OperationConfig(
            endpoint=self.endpoint,
            path=self.pattern.path,
            methods=frozenset(self.methods),
            status_code=self.status_code,
            response_class=unwrapped(response_class),
            response_class_is_default=isinstance(response_class, DefaultPlaceholder),
            response_field=self.response_field,
            response_model_include=self.response_model_include,
            response_model_exclude=self.response_model_exclude,
            response_model_by_alias=self.response_model_by_alias,
            response_model_exclude_unset=self.response_model_exclude_unset,
            response_model_exclude_defaults=self.response_model_exclude_defaults,
            response_model_exclude_none=self.response_model_exclude_none,
            stream_item_field=self.stream_item_field,
            is_json_stream=self.is_json_stream,
            is_sse_stream=self.is_sse_stream,
            body_field=self.body_field,
            embed_body_fields=self._embed_body_fields,
            strict_content_type=bool(unwrapped(self.strict_content_type)),
            max_body_size=self.max_body_size,
            form_limits=self.form_limits,
            dependency_overrides_provider=self.dependency_overrides_provider,
        )

    def handler_arguments(self) -> dict[str, Any]:
        """Give the keyword arguments of `get_request_handler` for this operation."""
        return {
            "dependant": self.dependant,
            "body_field": self.body_field,
            "status_code": self.status_code,
            "response_class": self.response_class,
            "response_field": self.response_field,
            "response_model_include": self.response_model_include,
            "response_model_exclude": self.response_model_exclude,
            "response_model_by_alias": self.response_model_by_alias,
            "response_model_exclude_unset": self.response_model_exclude_unset,
            "response_model_exclude_defaults": self.response_model_exclude_defaults,
            "response_model_exclude_none": self.response_model_exclude_none,
            "dependency_overrides_provider": self.dependency_overrides_provider,
            "embed_body_fields": self._embed_body_fields,
            "strict_content_type": self.strict_content_type,
            "stream_item_field": self.stream_item_field,
            "is_json_stream": self.is_json_stream,
            "form_limits": self.form_limits,
        }


def generates(call: Callable[..., Any]) -> bool:
    """Say whether `call` is a generator function, async or not."""
    return is_async_gen_callable(call) or is_gen_callable(call)


def response_fields(
    responses: Mapping[int | str, dict[str, Any]], unique_id: str
) -> "dict[int | str, ModelField]":
    """Give the fields of those responses that have a model, by status code.

    Raises:
        ConfigurationError: a response is no dict, has a model that Pydantic does not know, or a
            model and a status without a body.
    """
    fields = {}
    for status_code, response in responses.items():
        if not isinstance(response, dict):
            raise ConfigurationError("An additional response must be a dict")
        if model := response.get("model"):
            check_body_allowed(status_code)
            fields[status_code] = create_model_field(
                name=f"Response_{status_code}_{unique_id}", type_=model, mode="serialization"
            )
    return fields


def check_response_class(response_class: Any) -> None:
    """Raise `ConfigurationError` if `response_class` is no class."""
    if not inspect.isclass(unwrapped(response_class)):
        raise ConfigurationError(f"A response class must be a class, not {response_class!r}")


def check_status_code(status_code: Any) -> None:
    """Raise `ConfigurationError` if `status_code` is no number."""
    if status_code is not None and not isinstance(status_code, int):
        raise ConfigurationError(f"A status code must be a number, not {status_code!r}")


def check_body_allowed(status_code: int | str | None) -> None:
    """Raise `ConfigurationError` if a response with this status has no body."""
    if not is_body_allowed_for_status_code(status_code):
        raise ConfigurationError(f"Status code {status_code} must not have a response body")


def description_of(endpoint: Callable[..., Any], description: str | None) -> str:
    """Give the description for OpenAPI: as given, or the docstring; up to a form feed."""
    text = description or inspect.cleandoc(endpoint.__doc__ or "")
    return text.split("\f")[0].strip()


def result_types(
    endpoint: Callable[..., Any],
    response_model: Any,
    response_class: type[Response] | DefaultPlaceholder,
) -> tuple[Any, Any]:
    """Give the response model and the type of a stream's items, each `None` if there is none.

    An explicit `response_model` counts; without one, the return annotation does.
    """
    if not isinstance(response_model, DefaultPlaceholder):
        return response_model, None
    annotation = get_typed_return_annotation(endpoint)
    if annotation is None or lenient_issubclass(annotation, Response):
        return None, None
    item = get_stream_item_type(annotation)
    if item is None or not generates(endpoint):
        return annotation, None
    return None, _item_model(item, response_class)


def _item_model(item: Any, response_class: type[Response] | DefaultPlaceholder) -> Any:
    from dovetail.responses import EventSourceResponse
    from dovetail.sse import ServerSentEvent

    streams = isinstance(response_class, DefaultPlaceholder) or lenient_issubclass(
        response_class, EventSourceResponse
    )
    # An event is what data is sent in, not the data.
    return item if streams and not lenient_issubclass(item, ServerSentEvent) else None


def is_surely_valid(type_: Any) -> bool:
    """Say whether Pydantic certainly has a schema for `type_`, without building it."""
    return lenient_issubclass(type_, BaseModel) or type_ in (str, int, float, bool, bytes, dict)


def may_be_no_field_name(name: str) -> bool:
    """Say whether Pydantic may refuse to make a field of this name in a model."""
    return name.startswith("_") or hasattr(BaseModel, name)


def merged_dependencies(*groups: Sequence[Depends] | None) -> list[Depends]:
    """Give all dependencies in one list, the outermost first."""
    return [depends for group in groups for depends in group or ()]


def merged_responses(
    *groups: Mapping[int | str, dict[str, Any]] | None,
) -> dict[int | str, dict[str, Any]]:
    """Give all additional responses; those of inner levels replace those of outer ones."""
    return {status: response for group in groups for status, response in (group or {}).items()}
