"""Questions about type annotations: scalar or not, sequence or not, bytes, uploaded files."""

from __future__ import annotations

import inspect
import sys
import types
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Annotated, Any, TypeGuard, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from starlette.datastructures import UploadFile

T = TypeVar("T")
UnionType = types.UnionType

sequence_annotation_to_type: dict[Any, Callable[[Any], Sequence[Any]]] = {
    Sequence: list,
    list: list,
    tuple: tuple,
    set: set,  # type: ignore[dict-item]
    frozenset: frozenset,  # type: ignore[dict-item]
    deque: deque,
}
sequence_types: tuple[type[Any], ...] = tuple(sequence_annotation_to_type)


def is_union(annotation: Any) -> bool:
    """Whether `annotation` is `Union[...]`, `Optional[...]` or `X | Y`."""
    origin = get_origin(annotation)
    return origin is Union or origin is UnionType


def lenient_issubclass(
    cls: Any, class_or_tuple: type[T] | tuple[type[T], ...]
) -> TypeGuard[type[T]]:
    """Like `issubclass`, and False for what is no class, such as `list[int]`."""
    return inspect.isclass(cls) and issubclass(cls, class_or_tuple)


def without_annotated(annotation: Any) -> Any:
    """Return `X` of `Annotated[X, ...]`, anything else as it is."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _is_sequence_class(annotation: Any) -> bool:
    return not lenient_issubclass(annotation, (str, bytes)) and lenient_issubclass(
        annotation, sequence_types
    )


def field_annotation_is_sequence(annotation: Any) -> bool:
    """Whether values are collected from repeated keys: a sequence, or a union with one."""
    annotation = without_annotated(annotation)
    if is_union(annotation):
        return any(field_annotation_is_sequence(arg) for arg in get_args(annotation))
    return _is_sequence_class(annotation) or _is_sequence_class(get_origin(annotation))


def value_is_sequence(value: Any) -> bool:
    """Whether `value` is a sequence other than text."""
    return isinstance(value, sequence_types) and not isinstance(value, (str, bytes))


def _is_complex_class(annotation: Any) -> bool:
    return (
        lenient_issubclass(annotation, (BaseModel, Mapping, UploadFile))
        or _is_sequence_class(annotation)
        or is_dataclass(annotation)
    )


def field_annotation_is_complex(annotation: Any) -> bool:
    """Whether a parameter of this type comes from the body unless told otherwise."""
    annotation = without_annotated(annotation)
    if is_union(annotation):
        return any(field_annotation_is_complex(arg) for arg in get_args(annotation))
    origin = get_origin(annotation)
    return (
        _is_complex_class(annotation)
        or _is_complex_class(origin)
        or hasattr(origin, "__pydantic_core_schema__")
        or hasattr(origin, "__get_pydantic_core_schema__")
    )


def field_annotation_is_scalar(annotation: Any) -> bool:
    """Whether a parameter of this type fits in one text value (`...` as in `tuple[int, ...]`)."""
    return annotation is Ellipsis or not field_annotation_is_complex(annotation)


def field_annotation_is_scalar_sequence(annotation: Any) -> bool:
    """Whether values are sequences of scalars; in a union, besides scalars."""
    annotation = without_annotated(annotation)
    if is_union(annotation):
        args = get_args(annotation)
        sequences = [field_annotation_is_scalar_sequence(arg) for arg in args]
        return any(sequences) and all(
            is_sequence or field_annotation_is_scalar(arg)
            for arg, is_sequence in zip(args, sequences, strict=True)
        )
    return field_annotation_is_sequence(annotation) and all(
        field_annotation_is_scalar(arg) for arg in get_args(annotation)
    )


def _is_or_unites(annotation: Any, cls: type[Any]) -> bool:
    if is_union(annotation):
        return any(lenient_issubclass(arg, cls) for arg in get_args(annotation))
    return lenient_issubclass(annotation, cls)


def _is_sequence_of(annotation: Any, cls: type[Any]) -> bool:
    if is_union(annotation):
        return any(_is_sequence_of(arg, cls) for arg in get_args(annotation))
    return field_annotation_is_sequence(annotation) and all(
        _is_or_unites(arg, cls) for arg in get_args(annotation)
    )


def is_bytes_or_nonable_bytes_annotation(annotation: Any) -> bool:
    """Whether the type is `bytes` or a union with it."""
    return _is_or_unites(annotation, bytes)


def is_uploadfile_or_nonable_uploadfile_annotation(annotation: Any) -> bool:
    """Whether the type is an upload or a union with one."""
    return _is_or_unites(annotation, UploadFile)


def is_bytes_sequence_annotation(annotation: Any) -> bool:
    """Whether the type is a sequence of `bytes` or a union with one."""
    return _is_sequence_of(annotation, bytes)


def is_uploadfile_sequence_annotation(annotation: Any) -> bool:
    """Whether the type is a sequence of uploads or a union with one."""
    return _is_sequence_of(annotation, UploadFile)


def model_type(annotation: Any) -> type[BaseModel] | None:
    """Return the model class of `Model` and `Model | None`, else None."""
    if is_union(annotation):
        args = [arg for arg in get_args(annotation) if arg is not type(None)]
        annotation = args[0] if len(args) == 1 else None
    return annotation if lenient_issubclass(annotation, BaseModel) else None


def _pydantic_v1_base() -> type[Any] | None:
    # A v1 model can only exist once somebody imported the module that defines its base.
    module = sys.modules.get("pydantic.v1")
    if module is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return getattr(module, "BaseModel", None)


def is_pydantic_v1_model_class(cls: Any) -> bool:
    """Whether `cls` derives from `pydantic.v1.BaseModel`."""
    base = _pydantic_v1_base()
    return base is not None and lenient_issubclass(cls, base)


def is_pydantic_v1_model_instance(obj: Any) -> bool:
    """Whether `obj` is an instance of a `pydantic.v1` model."""
    base = _pydantic_v1_base()
    return base is not None and isinstance(obj, base)


def annotation_is_pydantic_v1(annotation: Any) -> bool:
    """Whether a `pydantic.v1` model stands in `annotation`, also in a union or sequence."""
    if is_pydantic_v1_model_class(annotation):
        return True
    args = get_args(annotation)
    if is_union(annotation) and any(is_pydantic_v1_model_class(arg) for arg in args):
        return True
    return field_annotation_is_sequence(annotation) and any(
        annotation_is_pydantic_v1(arg) for arg in args
    )
