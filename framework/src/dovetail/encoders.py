"""Turning any object into data that JSON can express."""

from __future__ import annotations

import dataclasses
import datetime
import math
import sys
from collections import deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import Enum
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from pathlib import Path, PurePath
from re import Pattern
from types import GeneratorType
from typing import Annotated, Any
from uuid import UUID

from annotated_doc import Doc
from pydantic import BaseModel
from pydantic.networks import AnyUrl, NameEmail
from pydantic.types import SecretBytes, SecretStr
from pydantic_core import PydanticUndefinedType

from dovetail._annotations import is_pydantic_v1_model_instance
from dovetail._pydantic import Url
from dovetail.exceptions import PydanticV1NotSupportedError
from dovetail.types import IncEx

Encoder = Callable[[Any], Any]

# PERF(encode): most values are of these types, and need no look at anything else.
_PLAIN = frozenset({str, int, float, bool, type(None)})

# Modules whose classes are encoded as text, once somebody has imported them.
_COLOR_MODULES = ("pydantic.color", "pydantic_extra_types.color")


def isoformat(value: datetime.date | datetime.time) -> str:
    """Return a date or time in ISO 8601."""
    return value.isoformat()


def decimal_encoder(dec_value: Decimal) -> int | float:
    """Return an integer for a decimal without decimal places, else the nearest float.

    >>> decimal_encoder(Decimal("1")), decimal_encoder(Decimal("1.0"))
    (1, 1.0)
    """
    exponent = dec_value.as_tuple().exponent
    return int(dec_value) if isinstance(exponent, int) and exponent >= 0 else float(dec_value)


ENCODERS_BY_TYPE: dict[type[Any], Encoder] = {
    bytes: lambda value: value.decode(),
    datetime.date: isoformat,
    datetime.datetime: isoformat,
    datetime.time: isoformat,
    datetime.timedelta: lambda value: value.total_seconds(),
    Decimal: decimal_encoder,
    Enum: lambda value: value.value,
    frozenset: list,
    deque: list,
    GeneratorType: list,
    IPv4Address: str,
    IPv4Interface: str,
    IPv4Network: str,
    IPv6Address: str,
    IPv6Interface: str,
    IPv6Network: str,
    NameEmail: str,
    Path: str,
    Pattern: lambda value: value.pattern,
    SecretBytes: str,
    SecretStr: str,
    set: list,
    UUID: str,
    Url: str,
    AnyUrl: str,
}


@dataclasses.dataclass(frozen=True)
class _Options:
    """What the encoder was asked to leave out, handed on to what is inside."""

    include: Any = None
    exclude: Any = None
    by_alias: bool = True
    exclude_unset: bool = False
    exclude_defaults: bool = False
    exclude_none: bool = False
    custom: dict[Any, Encoder] = dataclasses.field(default_factory=dict)
    sqlalchemy_safe: bool = True

    def encode(self, obj: Any) -> Any:
        encoder = self._custom_encoder(obj)
        if encoder is not None:
            return encoder(obj)
        if isinstance(obj, BaseModel):
            return self._encode_model(obj)
        if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
            return self.encode(dataclasses.asdict(obj))
        if isinstance(obj, Enum):
            return obj.value
        if isinstance(obj, PurePath):
            return str(obj)
        if isinstance(obj, (str, int, float, type(None))):
            return obj
        if isinstance(obj, PydanticUndefinedType):
            return None
        if isinstance(obj, dict):
            return self._encode_dict(obj)
        if isinstance(obj, (list, set, frozenset, GeneratorType, tuple, deque)):
            return [self.encode(item) for item in obj]
        return self._encode_other(obj)

    def _custom_encoder(self, obj: Any) -> Encoder | None:
        if not self.custom:
            return None
        if type(obj) in self.custom:
            return self.custom[type(obj)]
        matches = (fn for cls, fn in self.custom.items() if isinstance(obj, cls))
        return next(matches, None)

    def _encode_model(self, obj: BaseModel) -> Any:
        data = obj.model_dump(
            mode="json",
            include=self.include,
            exclude=self.exclude,
            by_alias=self.by_alias,
            exclude_unset=self.exclude_unset,
            exclude_none=self.exclude_none,
            exclude_defaults=self.exclude_defaults,
        )
        # Include and exclude were applied, at the level that they were meant for.
        rest = _Options(
            exclude_none=self.exclude_none,
            exclude_defaults=self.exclude_defaults,
            sqlalchemy_safe=self.sqlalchemy_safe,
        )
        return rest.encode(data)

    def _keeps(self, key: Any, value: Any) -> bool:
        if self.sqlalchemy_safe and isinstance(key, str) and key.startswith("_sa"):
            return False
        if value is None and self.exclude_none:
            return False
        if self.include is not None and key not in self.include:
            return False
        return self.exclude is None or key not in self.exclude

    def _encode_dict(self, obj: dict[Any, Any]) -> dict[Any, Any]:
        inner = self
        if self.include is not None or self.exclude is not None:
            inner = dataclasses.replace(self, include=None, exclude=None)
        return {
            inner.encode(key): inner.encode(value)
            for key, value in obj.items()
            if self._keeps(key, value)
        }

    def _encode_other(self, obj: Any) -> Any:
        encoder = _encoder_for(obj)
        if encoder is not None:
            return encoder(obj)
        if is_pydantic_v1_model_instance(obj):
            raise PydanticV1NotSupportedError(
                "Models of pydantic.v1 are not supported any more;"
                f" please derive the class of {obj!r} from pydantic.BaseModel."
            )
        return self.encode(_contents(obj))


_DEFAULT = _Options()


def _encode_by_default(obj: Any) -> Any:
    """Encode without options; the shapes that JSON knows are told by their exact type."""
    kind = type(obj)
    if kind in _PLAIN:
        return obj
    if kind is dict:
        return {
            _encode_by_default(key): value if type(value) in _PLAIN else _encode_by_default(value)
            for key, value in obj.items()
            if not (isinstance(key, str) and key.startswith("_sa"))
        }
    if kind is list or kind is tuple:
        return [value if type(value) in _PLAIN else _encode_by_default(value) for value in obj]
    return _DEFAULT.encode(obj)


def _encoder_for(obj: Any) -> Encoder | None:
    encoder = ENCODERS_BY_TYPE.get(type(obj))
    if encoder is not None:
        return encoder
    for cls, candidate in ENCODERS_BY_TYPE.items():
        if isinstance(obj, cls):
            return candidate
    for name in _COLOR_MODULES:
        color = getattr(sys.modules.get(name), "Color", None)
        if color is not None and isinstance(obj, color):
            return str
    return None


def _contents(obj: Any) -> dict[Any, Any]:
    try:
        return dict(obj)
    except Exception as not_a_mapping:
        try:
            attributes: dict[Any, Any] = vars(obj)
        except Exception as no_attributes:
            raise ValueError([not_a_mapping, no_attributes]) from no_attributes
        return attributes


def _as_container(names: Iterable[Any] | None) -> Any:
    return names if names is None or isinstance(names, (set, dict)) else set(names)


def jsonable_encoder(
    obj: Annotated[Any, Doc("The object to encode.")],
    include: Annotated[IncEx | None, Doc("Only these keys or fields.")] = None,
    exclude: Annotated[IncEx | None, Doc("All but these keys or fields.")] = None,
    by_alias: Annotated[bool, Doc("Name a model's fields by their aliases.")] = True,
    exclude_unset: Annotated[bool, Doc("Leave out what was never set on a model.")] = False,
    exclude_defaults: Annotated[bool, Doc("Leave out what equals its default.")] = False,
    exclude_none: Annotated[bool, Doc("Leave out what is None.")] = False,
    custom_encoder: Annotated[
        dict[Any, Encoder] | None, Doc("Encoders by type, which come before all others.")
    ] = None,
    sqlalchemy_safe: Annotated[
        bool, Doc("Leave out keys that begin with `_sa`, SQLAlchemy's own state.")
    ] = True,
) -> Any:
    """Return `obj` as data that `json.dumps` accepts.

    Models, dataclasses, mappings, iterables and objects with attributes become dicts and lists.
    Raises `ValueError` for an object that has neither items nor attributes.
    """
    options = _Options(
        include=_as_container(include),
        exclude=_as_container(exclude),
        by_alias=by_alias,
        exclude_unset=exclude_unset,
        exclude_defaults=exclude_defaults,
        exclude_none=exclude_none,
        custom=custom_encoder or {},
        sqlalchemy_safe=sqlalchemy_safe,
    )
    return _encode_by_default(obj) if options == _DEFAULT else options.encode(obj)


def finite(data: Any) -> Any:
    """Return JSON data with null for NaN and infinities, which JSON lacks (RFC 8259)."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, dict):
        return {key: finite(value) for key, value in data.items()}
    if isinstance(data, list):
        return [finite(value) for value in data]
    return data
