"""The names under which applications and plug-ins look for the analysis of dependencies."""

from collections.abc import Callable, Sequence
from typing import Any

from dovetail import params
from dovetail._annotations import lenient_issubclass as lenient_issubclass
from dovetail._pydantic import ModelField
from dovetail.dependencies.aliases import aliases as _get_param_aliases  # noqa: F401
from dovetail.dependencies.aliases import get_validation_alias as get_validation_alias
from dovetail.dependencies.analyze import ParamDetails as ParamDetails
from dovetail.dependencies.analyze import analyze_param as analyze_param
from dovetail.dependencies.analyze import get_dependant as get_dependant
from dovetail.dependencies.analyze import (
    get_parameterless_sub_dependant as get_parameterless_sub_dependant,
)
from dovetail.dependencies.body import body_to_args, should_embed_body_fields
from dovetail.dependencies.body import should_embed_body_fields as _should_embed_body_fields  # noqa: F401
from dovetail.dependencies.body_field import get_body_field as _get_body_field  # noqa: F401
from dovetail.dependencies.body_field import get_body_field as get_body_field
from dovetail.dependencies.form_values import read_file_bytes as _read_file_bytes  # noqa: F401
from dovetail.dependencies.forms import (
    ensure_multipart_is_installed as ensure_multipart_is_installed,
)
from dovetail.dependencies.forms import (
    multipart_incorrect_install_error as multipart_incorrect_install_error,
)
from dovetail.dependencies.forms import (
    multipart_not_installed_error as multipart_not_installed_error,
)
from dovetail.dependencies.graph import flat_body_params
from dovetail.dependencies.graph import flat_body_params as _get_flat_body_params  # noqa: F401
from dovetail.dependencies.graph import flat_params as get_flat_params  # noqa: F401
from dovetail.dependencies.models import Dependant
from dovetail.dependencies.signature import get_stream_item_type as get_stream_item_type
from dovetail.dependencies.signature import get_typed_annotation as get_typed_annotation
from dovetail.dependencies.signature import (
    get_typed_return_annotation as get_typed_return_annotation,
)
from dovetail.dependencies.signature import get_typed_signature as get_typed_signature

# FastAPI's names for what takes values out of a request.
from dovetail.dependencies.values import params_to_args as request_params_to_args  # noqa: F401


def __getattr__(name: str) -> Any:
    # What serves requests is loaded when it is asked for, not by every import.
    if name in ("SolvedDependency", "solve_dependencies"):
        from dovetail._plan import reference

        return getattr(reference, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def build_dependant(
    *, path: str, call: Callable[..., Any], dependencies: Sequence[params.Depends]
) -> tuple[Dependant, list[ModelField], bool]:
    """Analyse a path operation function with the dependencies that its decorator adds.

    Returns the dependant, all body parameters, and whether each is found under its own key.
    """
    dependant = get_dependant(path=path, call=call, scope="function")
    dependant.dependencies[:0] = read_dependencies(dependencies, path)
    body_params = flat_body_params(dependant)
    return dependant, body_params, should_embed_body_fields(body_params)


def read_dependencies(dependencies: Sequence[params.Depends], path: str) -> list[Dependant]:
    """Analyse what `dependencies=[…]` lists, for an operation under `path`."""
    return [get_parameterless_sub_dependant(depends=one, path=path) for one in dependencies]


async def request_body_to_args(
    body_fields: Sequence[ModelField], received_body: Any, embed_body_fields: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the arguments for body parameters, and the errors; see `body.body_to_args`."""
    return await body_to_args(body_fields, received_body, embed_body_fields)
