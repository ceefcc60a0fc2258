"""The functions that declare parameters: `Query()`, `Body()`, `Depends()` and the others.

Typed as `Any`, so that they can stand as the default of a parameter of any type. What the options
mean is documented once, in `dovetail.params`.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from annotated_doc import Doc
from typing_extensions import Unpack

from dovetail import params
from dovetail._pydantic import Undefined
from dovetail.params import (
    BodyOptions,
    FormOptions,
    HeaderOptions,
    ParamOptions,
    shows_options,
)


@shows_options(ParamOptions)
def Path(  # noqa: N802
    default: Annotated[Any, Doc("Never given: what stands in the path is always there.")] = ...,
    **options: Unpack[ParamOptions],
) -> Any:
    """Declare a value in the path, with its constraints and documentation."""
    return params.Path(default, **options)


@shows_options(ParamOptions)
def Query(  # noqa: N802
    default: Annotated[Any, Doc("The value when the key is absent.")] = Undefined,
    **options: Unpack[ParamOptions],
) -> Any:
    """Declare a value in the query string."""
    return params.Query(default, **options)


@shows_options(HeaderOptions)
def Header(  # noqa: N802
    default: Annotated[Any, Doc("The value when the header is absent.")] = Undefined,
    **options: Unpack[HeaderOptions],
) -> Any:
    """Declare a value in a header field."""
    return params.Header(default, **options)


@shows_options(ParamOptions)
def Cookie(  # noqa: N802
    default: Annotated[Any, Doc("The value when the cookie is absent.")] = Undefined,
    **options: Unpack[ParamOptions],
) -> Any:
    """Declare a value in a cookie."""
    return params.Cookie(default, **options)


@shows_options(BodyOptions, media_type="application/json")
def Body(  # noqa: N802
    default: Annotated[Any, Doc("The value when there is no body.")] = Undefined,
    **options: Unpack[BodyOptions],
) -> Any:
    """Declare the body, or with several of them a member of it."""
    return params.Body(default, **options)


@shows_options(FormOptions, media_type="application/x-www-form-urlencoded")
def Form(  # noqa: N802
    default: Annotated[Any, Doc("The value when the field is absent or empty.")] = Undefined,
    **options: Unpack[FormOptions],
) -> Any:
    """Declare a field of a form."""
    return params.Form(default, **options)


@shows_options(FormOptions, media_type="multipart/form-data")
def File(  # noqa: N802
    default: Annotated[Any, Doc("The value when no file was sent.")] = Undefined,
    **options: Unpack[FormOptions],
) -> Any:
    """Declare an uploaded file: `bytes` for its contents, `UploadFile` for a file object."""
    return params.File(default, **options)


def Depends(  # noqa: N802
    dependency: Annotated[
        Callable[..., Any] | None,
        Doc("Provides the value; by default the annotated type of the parameter."),
    ] = None,
    *,
    use_cache: Annotated[
        bool, Doc("Use the same value for all that depend on it in one request.")
    ] = True,
    scope: Annotated[
        Literal["function", "request"] | None,
        Doc(
            "When the code after `yield` runs: `function`, before the response is sent; "
            "`request` (the default), after it was sent."
        ),
    ] = None,
    max_concurrency: Annotated[
        int | None,
        Doc("How many requests may be in this dependency at a time, per event loop."),
    ] = None,
) -> Any:
    """Declare a value that another callable provides.

    Raises `ValueError` when `max_concurrency` is not a positive integer.
    """
    return params.Depends(
        dependency, use_cache=use_cache, scope=scope, max_concurrency=max_concurrency
    )


def Security(  # noqa: N802
    dependency: Annotated[
        Callable[..., Any] | None,
        Doc("Provides the value; by default the annotated type of the parameter."),
    ] = None,
    *,
    scopes: Annotated[
        Sequence[str] | None, Doc("The OAuth2 scopes that the operation requires.")
    ] = None,
    use_cache: Annotated[
        bool, Doc("Use the same value for all that depend on it in one request.")
    ] = True,
) -> Any:
    """Declare a dependency that asks for OAuth2 scopes (RFC 6749, section 3.3)."""
    return params.Security(dependency, scopes=scopes, use_cache=use_cache)
