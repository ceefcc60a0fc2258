"""What an included router's routes get from where they are included."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from dovetail.datastructures import Default, DefaultPlaceholder
from dovetail.dependencies.utils import read_dependencies
from dovetail.params import Depends
from dovetail.routing.limits import FormLimits, check_form_limits, check_max_body_size, first_limit
from dovetail.routing.operation import (
    check_response_class,
    merged_dependencies,
    merged_responses,
    response_fields,
)
from dovetail.utils import generate_unique_id, get_value_or_default

if TYPE_CHECKING:
    from dovetail.routing.router import APIRouter


def _default_response_class() -> DefaultPlaceholder | type[Response]:
    return Default(JSONResponse)


def _default_unique_id() -> Any:
    return Default(generate_unique_id)


def _default_true() -> Any:
    return Default(True)


@dataclass(frozen=True, kw_only=True)
class Inclusion:
    """The settings of one `include_router` call, merged with those of the including router.

    Lists are outermost first. Placeholders are settings nobody has made.
    """

    included_router: "APIRouter"
    prefix: str = ""
    tags: list[str | Enum] = field(default_factory=list)
    dependencies: list[Depends] = field(default_factory=list)
    default_response_class: Any = field(default_factory=_default_response_class)
    responses: dict[int | str, dict[str, Any]] = field(default_factory=dict)
    callbacks: list[BaseRoute] = field(default_factory=list)
    deprecated: bool | None = None
    include_in_schema: bool = True
    generate_unique_id_function: Any = field(default_factory=_default_unique_id)
    strict_content_type: Any = field(default_factory=_default_true)
    dependency_overrides_provider: Any = None
    max_body_size: int | None = None
    form_limits: FormLimits = field(default_factory=FormLimits)

    def within(self, outer: "Inclusion") -> "Inclusion":
        """Give this inclusion as it is when its router is itself included by `outer`."""
        return Inclusion(
            included_router=self.included_router,
            prefix=outer.prefix + self.prefix,
            tags=[*outer.tags, *self.tags],
            dependencies=merged_dependencies(outer.dependencies, self.dependencies),
            default_response_class=get_value_or_default(
                self.default_response_class, outer.default_response_class
            ),
            responses=merged_responses(outer.responses, self.responses),
            callbacks=[*outer.callbacks, *self.callbacks],
            deprecated=self.deprecated or outer.deprecated,
            include_in_schema=self.include_in_schema and outer.include_in_schema,
            generate_unique_id_function=get_value_or_default(
                self.generate_unique_id_function, outer.generate_unique_id_function
            ),
            strict_content_type=get_value_or_default(
                self.strict_content_type, outer.strict_content_type
            ),
            dependency_overrides_provider=outer.dependency_overrides_provider,
            max_body_size=first_limit(self.max_body_size, outer.max_body_size),
            form_limits={**outer.form_limits, **self.form_limits},
        )


def inclusion(
    parent: "APIRouter",
    router: "APIRouter",
    *,
    prefix: str,
    tags: list[str | Enum] | None,
    dependencies: Sequence[Depends] | None,
    default_response_class: Any,
    responses: dict[int | str, dict[str, Any]] | None,
    callbacks: list[BaseRoute] | None,
    deprecated: bool | None,
    include_in_schema: bool,
    generate_unique_id_function: Callable[[Any], str] | DefaultPlaceholder,
    max_body_size: int | None,
    form_limits: FormLimits | None,
) -> Inclusion:
    """Merge what `parent.include_router(router, …)` was given with the settings of both routers.

    Raises:
        ConfigurationError: a dependency or a response cannot be as declared.
        ValueError: a limit is not valid.
    """
    check_response_class(default_response_class)
    response_fields(responses or {}, prefix)
    read_dependencies(dependencies or (), prefix)
    return Inclusion(
        included_router=router,
        prefix=parent.prefix + prefix,
        tags=[*parent.tags, *(tags or ())],
        dependencies=merged_dependencies(parent.dependencies, dependencies),
        default_response_class=get_value_or_default(
            router.default_response_class, default_response_class, parent.default_response_class
        ),
        responses=merged_responses(parent.responses, responses),
        callbacks=[*parent.callbacks, *(callbacks or ())],
        deprecated=deprecated or parent.deprecated,
        include_in_schema=parent.include_in_schema and include_in_schema,
        generate_unique_id_function=get_value_or_default(
            router.generate_unique_id_function,
            generate_unique_id_function,
            parent.generate_unique_id_function,
        ),
        strict_content_type=get_value_or_default(
            router.strict_content_type, parent.strict_content_type
        ),
        dependency_overrides_provider=parent.dependency_overrides_provider,
        max_body_size=first_limit(
            router.max_body_size, check_max_body_size(max_body_size), parent.max_body_size
        ),
        form_limits={
            **parent.form_limits,
            **check_form_limits(form_limits),
            **router.form_limits,
        },
    )
