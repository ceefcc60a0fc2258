"""What a parameter declares: where its value comes from, its constraints, its documentation.

The options are written down once, in the TypedDicts; the classes here and the functions of
`dovetail.param_functions` take them as `**options`, and show them in their signatures.
"""

import inspect
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from annotated_doc import Doc
from pydantic import AliasChoices, AliasPath, Discriminator
from pydantic.fields import FieldInfo
from typing_extensions import TypedDict, Unpack, deprecated

from dovetail._pydantic import Undefined
from dovetail.concurrency import _DependencyConcurrency
from dovetail.datastructures import _Unset
from dovetail.exceptions import ConfigurationError, DovetailDeprecationWarning

if TYPE_CHECKING:
    from dovetail.openapi.models import Example

F = TypeVar("F", bound=Callable[..., Any])


class ParamTypes(Enum):
    """The places of a request, besides its body, that hold parameters."""

    query = "query"
    header = "header"
    path = "path"
    cookie = "cookie"


class FieldOptions(TypedDict, total=False):
    """The options that every kind of parameter takes."""

    default_factory: Annotated[
        Callable[[], Any] | None, Doc("Makes the default, anew for each request.")
    ]
    alias: Annotated[str | None, Doc("The name in the request; by default the Python name.")]
    alias_priority: Annotated[
        int | None, Doc("Whether an alias generator may replace the alias (Pydantic).")
    ]
    validation_alias: Annotated[
        str | AliasPath | AliasChoices | None,
        Doc("The name, or several to try, in the request; takes precedence over `alias`."),
    ]
    serialization_alias: Annotated[str | None, Doc("The name when the value is serialised.")]
    title: Annotated[str | None, Doc("A human-readable title.")]
    description: Annotated[str | None, Doc("What the parameter is for; Markdown is allowed.")]
    gt: Annotated[float | None, Doc("Greater than. Numbers only.")]
    ge: Annotated[float | None, Doc("Greater than or equal. Numbers only.")]
    lt: Annotated[float | None, Doc("Less than. Numbers only.")]
    le: Annotated[float | None, Doc("Less than or equal. Numbers only.")]
    min_length: Annotated[int | None, Doc("Minimum length of text or of a sequence.")]
    max_length: Annotated[int | None, Doc("Maximum length of text or of a sequence.")]
    pattern: Annotated[
        str | re.Pattern[str] | None, Doc("A regular expression that text must match.")
    ]
    regex: Annotated[
        str | None,
        Doc("The former name of `pattern`."),
        deprecated("Deprecated since Pydantic 2, use `pattern` instead."),
    ]
    discriminator: Annotated[
        str | Discriminator | None, Doc("The field that tells the members of a union apart.")
    ]
    strict: Annotated[bool | None, Doc("Accept only values of the very type, no conversion.")]
    validate_default: Annotated[bool | None, Doc("Validate the default as well.")]
    union_mode: Annotated[
        Literal["smart", "left_to_right"] | None, Doc("How the member of a union is chosen.")
    ]
    fail_fast: Annotated[bool | None, Doc("Stop at the first invalid item of a sequence.")]
    multiple_of: Annotated[float | None, Doc("The value must be a multiple. Numbers only.")]
    allow_inf_nan: Annotated[bool | None, Doc("Accept `inf`, `-inf` and `nan`. Floats only.")]
    max_digits: Annotated[int | None, Doc("Maximum number of digits. Decimals only.")]
    decimal_places: Annotated[int | None, Doc("Maximum number of decimal places. Decimals only.")]
    examples: Annotated[list[Any] | None, Doc("Example values (JSON Schema `examples`).")]
    example: Annotated[
        Any,
        Doc("One example value, as OpenAPI 3.0 had it."),
        deprecated("Deprecated since OpenAPI 3.1, use `examples` instead."),
    ]
    openapi_examples: Annotated[
        dict[str, "Example"] | None,
        Doc("Named examples with summary and description (OpenAPI Example Object)."),
    ]
    deprecated: Annotated[
        deprecated | str | bool | None, Doc("Mark the parameter as deprecated in the document.")
    ]
    include_in_schema: Annotated[bool, Doc("Whether the parameter shows in the document.")]
    json_schema_extra: Annotated[
        dict[str, Any] | Callable[[dict[str, Any]], None] | None,
        Doc("More members of the JSON Schema, or a function that changes it."),
    ]


class ParamOptions(FieldOptions, total=False):
    """The options of path, query and cookie parameters."""


class HeaderOptions(FieldOptions, total=False):
    """The options of header parameters."""

    convert_underscores: Annotated[
        bool, Doc("Read `user_agent` from the header `user-agent`: hyphens for underscores.")
    ]


class FormOptions(FieldOptions, total=False):
    """The options of form fields and files."""

    media_type: Annotated[str, Doc("The media type of the body in the OpenAPI document.")]


class BodyOptions(FormOptions, total=False):
    """The options of bodies."""

    embed: Annotated[
        bool | None,
        Doc("Expect the value under a key of its name, even when it is the only one."),
    ]


_NONE_BY_DEFAULT = frozenset(
    "gt ge lt le min_length max_length pattern regex openapi_examples annotation embed".split()
)


def _shown_default(name: str, defaults: dict[str, Any]) -> Any:
    known = {"include_in_schema": True, "convert_underscores": True, **defaults}
    return known.get(name, None if name in _NONE_BY_DEFAULT else _Unset)


@cache
def _option_parameters(
    options: Any, annotation: bool, defaults: tuple[tuple[str, Any], ...]
) -> list[inspect.Parameter]:
    hints = dict(options.__annotations__)
    if annotation:
        hints["annotation"] = Any
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=_shown_default(name, dict(defaults)),
            annotation=hint,
        )
        for name, hint in hints.items()
    ]


def shows_options(options: Any, *, annotation: bool = False, **defaults: Any) -> Callable[[F], F]:
    """Give a function that takes `**options` a signature that spells them out.

    `options` is their TypedDict, `annotation` adds the option of that name, which only the
    classes have, and `defaults` are those of single options.
    """
    keywords = _option_parameters(options, annotation, tuple(defaults.items()))

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        positional = [
            parameter
            for parameter in signature.parameters.values()
            if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        ]
        function.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*positional, *keywords]
        )
        return function

    return decorate


def _warn(message: str) -> None:
    # 4: this function, the shared initialiser, the class or function called, its caller.
    warnings.warn(message, DovetailDeprecationWarning, stacklevel=4)


def _field_arguments(default: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return what `FieldInfo` takes, of the options that were given."""
    given = {name: value for name, value in options.items() if value is not _Unset}
    regex = given.pop("regex", None)
    if regex is not None:
        _warn("`regex` has been deprecated, please use `pattern` instead")
    alias = given.get("alias")
    if given.get("serialization_alias") is None and isinstance(alias, str):
        given["serialization_alias"] = alias
    if given.get("validation_alias") is None and "alias" in given:
        given["validation_alias"] = alias
    given["pattern"] = given.get("pattern") or regex
    return {"default": default, "annotation": None, **given}


class _Declared(FieldInfo):  # type: ignore[misc]
    """What all parameter declarations have in common."""

    example: Any
    include_in_schema: bool
    openapi_examples: "dict[str, Example] | None"

    def _declare(self, default: Any, options: dict[str, Any]) -> None:
        self.example = options.pop("example", _Unset)
        if self.example is not _Unset:
            _warn("`example` has been deprecated, please use `examples` instead")
        self.include_in_schema = options.pop("include_in_schema", True)
        self.openapi_examples = options.pop("openapi_examples", None)
        FieldInfo.__init__(self, **_field_arguments(default, options))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.default})"


class Param(_Declared):  # type: ignore[misc]
    """A value outside the body."""

    in_: ParamTypes

    @shows_options(ParamOptions, annotation=True)
    def __init__(self, default: Any = Undefined, **options: Unpack[ParamOptions]) -> None:
        self._declare(default, dict(options))


class Path(Param):  # type: ignore[misc]
    """A value in the path; always required."""

    in_ = ParamTypes.path

    @shows_options(ParamOptions, annotation=True)
    def __init__(self, default: Any = ..., **options: Unpack[ParamOptions]) -> None:
        if default is not ...:
            raise ConfigurationError("Path parameters cannot have a default value")
        self._declare(default, dict(options))


class Query(Param):  # type: ignore[misc]
    """A value in the query string."""

    in_ = ParamTypes.query

    @shows_options(ParamOptions, annotation=True)
    def __init__(self, default: Any = Undefined, **options: Unpack[ParamOptions]) -> None:
        self._declare(default, dict(options))


class Header(Param):  # type: ignore[misc]
    """A value in a header field (RFC 9110); names are compared regardless of case."""

    in_ = ParamTypes.header

    @shows_options(HeaderOptions, annotation=True)
    def __init__(self, default: Any = Undefined, **options: Unpack[HeaderOptions]) -> None:
        self.convert_underscores = options.pop("convert_underscores", True)
        self._declare(default, dict(options))


class Cookie(Param):  # type: ignore[misc]
    """A value in a cookie (RFC 6265)."""

    in_ = ParamTypes.cookie

    @shows_options(ParamOptions, annotation=True)
    def __init__(self, default: Any = Undefined, **options: Unpack[ParamOptions]) -> None:
        self._declare(default, dict(options))


class Body(_Declared):  # type: ignore[misc]
    """The body, or with several such parameters a member of it."""

    embed: bool | None
    media_type: str

    @shows_options(BodyOptions, annotation=True, media_type="application/json")
    def __init__(self, default: Any = Undefined, **options: Unpack[BodyOptions]) -> None:
        self._declare_body(default, dict(options), "application/json")

    def _declare_body(self, default: Any, options: dict[str, Any], media_type: str) -> None:
        self.embed = options.pop("embed", None)
        self.media_type = options.pop("media_type", media_type)
        self._declare(default, options)


class Form(Body):  # type: ignore[misc]
    """A field of a form: `application/x-www-form-urlencoded` or `multipart/form-data`."""

    @shows_options(FormOptions, annotation=True, media_type="application/x-www-form-urlencoded")
    def __init__(self, default: Any = Undefined, **options: Unpack[FormOptions]) -> None:
        self._declare_body(default, dict(options), "application/x-www-form-urlencoded")


class File(Form):  # type: ignore[misc]
    """An uploaded file: a part of `multipart/form-data` (RFC 7578)."""

    @shows_options(FormOptions, annotation=True, media_type="multipart/form-data")
    def __init__(self, default: Any = Undefined, **options: Unpack[FormOptions]) -> None:
        self._declare_body(default, dict(options), "multipart/form-data")


@dataclass(frozen=True)
class Depends:
    """A value that another callable provides.

    Raises `ValueError` when `max_concurrency` is not a positive integer.
    """

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    scope: Literal["function", "request"] | None = None
    max_concurrency: int | None = field(default=None, kw_only=True)
    # Its identity keeps equal declarations apart inside `Annotated`, and it survives
    # `dataclasses.replace`, so a copy shares the limit of what it was copied from.
    _concurrency: _DependencyConcurrency | None = field(default=None, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        limit = self.max_concurrency
        if limit is not None and (type(limit) is not int or limit < 1):
            raise ValueError("max_concurrency must be a positive integer or None")
        current = self._concurrency
        if limit is None:
            current = None
        elif current is None or current.max_concurrency != limit:
            current = _DependencyConcurrency(limit)
        object.__setattr__(self, "_concurrency", current)


@dataclass(frozen=True)
class Security(Depends):
    """A dependency that asks for OAuth2 scopes (RFC 6749, section 3.3)."""

    scopes: Sequence[str] | None = None
