"""Signatures with their annotations evaluated."""

from __future__ import annotations

import inspect
import sys
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from types import FunctionType
from typing import Any, ForwardRef, get_args, get_origin

from dovetail._pydantic import evaluate_forwardref

_STREAMS = (AsyncIterable, AsyncIterator, AsyncGenerator, Iterable, Iterator, Generator)


def _signature(call: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(call, eval_str=True)
    except NameError:
        # A name that exists only while type checking; it matters when a parameter needs it, and
        # is reported then.
        if sys.version_info >= (3, 14):
            from annotationlib import Format

            return inspect.signature(call, annotation_format=Format.FORWARDREF)
        return inspect.signature(call)


def _globals(call: Callable[..., Any]) -> dict[str, Any]:
    return getattr(inspect.unwrap(call), "__globals__", {})


def get_typed_signature(call: Callable[..., Any]) -> inspect.Signature:
    """Return the signature of `call`, text annotations evaluated where that is possible."""
    names = _globals(call)
    parameters = [
        parameter.replace(annotation=get_typed_annotation(parameter.annotation, names))
        for parameter in _signature(call).parameters.values()
    ]
    return inspect.Signature(parameters)


def what_signature_says(call: Callable[..., Any]) -> tuple[Any, ...] | None:
    """Return the objects that the signature of a plain function is made of.

    While they are the same objects, the signature is the same. None where that cannot be told:
    wrappers, other callables, annotations as text, whose names may get another meaning.
    """
    if type(call) is not FunctionType or vars(call):
        return None
    try:
        annotations = call.__annotations__
    except NameError:
        return None
    if any(isinstance(annotation, str) for annotation in annotations.values()):
        return None
    defaults = (*(call.__defaults__ or ()), *(call.__kwdefaults__ or {}).values())
    return call.__code__, *annotations.values(), None, *defaults


def get_typed_annotation(annotation: Any, globalns: dict[str, Any]) -> Any:
    """Return what a text annotation means among the names of `globalns`."""
    if not isinstance(annotation, str):
        return annotation
    evaluated = evaluate_forwardref(ForwardRef(annotation), globalns, globalns)
    return None if evaluated is type(None) else evaluated


def get_typed_return_annotation(call: Callable[..., Any]) -> Any:
    """Return the annotated return type of `call`, None when there is none."""
    annotation = _signature(call).return_annotation
    if annotation is inspect.Signature.empty:
        return None
    return get_typed_annotation(annotation, _globals(call))


def get_stream_item_type(annotation: Any) -> Any | None:
    """Return `X` of `AsyncIterator[X]` and the like, None when it is no stream."""
    if get_origin(annotation) not in _STREAMS:
        return None
    args = get_args(annotation)
    return args[0] if args else Any
