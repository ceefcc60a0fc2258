"""All parameters of a callable outside the body, read and validated at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from starlette.requests import HTTPConnection, cookie_parser
from starlette.types import Scope

from dovetail._annotations import (
    field_annotation_is_scalar,
    field_annotation_is_scalar_sequence,
    field_annotation_is_sequence,
)
from dovetail._plan.call import Invalid
from dovetail._pydantic import ModelField, ValidationError
from dovetail._schemas import joint_validator
from dovetail.dependencies.aliases import aliases
from dovetail.dependencies.graph import is_json_field, param_model
from dovetail.dependencies.values import params_to_args

if TYPE_CHECKING:
    from dovetail.dependencies.models import Dependant

Raw = dict[str, Any]
# Puts the strings of one source into `Raw`, under the keys that the validator knows.
Reader = Callable[[Scope, Raw], None]
# The arguments that a request gives a callable; raises `Invalid`.
Extractor = Callable[[Scope], dict[str, Any]]

SOURCES = ("path", "query", "header", "cookie")


def parse_query(query: bytes) -> list[tuple[str, str]]:
    """Return the pairs of a query string, as `urllib.parse.parse_qsl` with blank values does."""
    text = query.decode("latin-1")
    escaped = "%" in text or "+" in text
    pairs = []
    for part in text.split("&"):
        if not part:
            continue
        key, _, value = part.partition("=")
        if escaped:
            key, value = unquote_plus(key), unquote_plus(value)
        pairs.append((key, value))
    return pairs


class Slot:
    """Where the value of one simple field goes: `key` of the validator's input."""

    __slots__ = ("alias", "field", "is_list", "key", "source")

    def __init__(self, source: str, field: ModelField, taken: set[str]) -> None:
        self.source = source
        self.field = field
        self.alias = aliases(field)[0][1]
        self.is_list = field_annotation_is_sequence(field.field_info.annotation)
        # The same name may occur in several sources.
        self.key = self.alias if self.alias not in taken else f"{source}:{self.alias}"
        taken.add(self.key)


def is_simple(source: str, field: ModelField) -> bool:
    """Whether the field is one value, or with query and header a list, under one name."""
    if param_model(field) is not None or is_json_field(field) or len(aliases(field)) != 1:
        return False
    annotation = field.field_info.annotation
    if field_annotation_is_scalar(annotation):
        return True
    return source in ("query", "header") and field_annotation_is_scalar_sequence(annotation)


def _share_names(source: str, fields: Sequence[ModelField]) -> bool:
    """Whether one value of the source goes to several of its simple fields."""
    names = [aliases(field)[0][1] for field in fields]
    if source == "header":
        names = [name.lower() for name in names]
    return len(set(names)) < len(names)


def _path_reader(slots: Sequence[Slot]) -> Reader:
    pairs = [(slot.alias, slot.key) for slot in slots]

    def read(scope: Scope, raw: Raw) -> None:
        values = scope["path_params"]
        for alias, key in pairs:
            value = values.get(alias)
            if value is not None:
                raw[key] = value

    return read


def _query_reader(slots: Sequence[Slot]) -> Reader:
    keys = {slot.alias: slot.key for slot in slots if not slot.is_list}
    lists = {slot.alias: slot.key for slot in slots if slot.is_list}

    def read_scalars(scope: Scope, raw: Raw) -> None:
        query = scope["query_string"]
        if query:
            for name, value in parse_query(query):
                if name in keys:
                    raw[keys[name]] = value

    def read(scope: Scope, raw: Raw) -> None:
        for name, value in parse_query(scope["query_string"]):
            if name in keys:
                raw[keys[name]] = value
            elif name in lists:
                raw.setdefault(lists[name], []).append(value)

    return read if lists else read_scalars


def _header_reader(slots: Sequence[Slot]) -> Reader:
    keys = {_header_name(slot): slot.key for slot in slots if not slot.is_list}
    lists = {_header_name(slot): slot.key for slot in slots if slot.is_list}

    def read(scope: Scope, raw: Raw) -> None:
        for name, value in scope["headers"]:
            if name in keys:
                # Of a repeated header the first one counts.
                raw.setdefault(keys[name], value.decode("latin-1"))
            elif name in lists:
                raw.setdefault(lists[name], []).append(value.decode("latin-1"))

    return read


def _header_name(slot: Slot) -> bytes:
    return slot.alias.lower().encode("latin-1")


def _cookie_reader(slots: Sequence[Slot]) -> Reader:
    keys = {slot.alias: slot.key for slot in slots}

    def read(scope: Scope, raw: Raw) -> None:
        for name, value in scope["headers"]:
            if name == b"cookie":
                for cookie, content in cookie_parser(value.decode("latin-1")).items():
                    if cookie in keys:
                        raw[keys[cookie]] = content

    return read


_READERS: dict[str, Callable[[Sequence[Slot]], Reader]] = {
    "path": _path_reader,
    "query": _query_reader,
    "header": _header_reader,
    "cookie": _cookie_reader,
}


def plain_values(connection: Any, source: str) -> Any:
    """Return the mapping in which a connection has the values of a source."""
    if source == "path":
        return connection.path_params
    if source == "query":
        return connection.query_params
    return connection.headers if source == "header" else connection.cookies


def _sources(dependant: Dependant) -> list[tuple[str, list[ModelField]]]:
    """Return the fields of each source, in the order in which errors are reported."""
    return [(source, getattr(dependant, f"{source}_params")) for source in SOURCES]


class Parameters:
    """The compiled parameters of one dependant.

    Attributes:
        by_source: the fields by source.
        extract: gives the arguments; None when there are no parameters.
        joint: by source, the fields that are validated together.
        single: by source, the fields of sources that are read one by one, since one of them is a
            model, or has several names.
    """

    def __init__(self, dependant: Dependant) -> None:
        self.joint: dict[str, list[ModelField]] = {}
        self.single: dict[str, list[ModelField]] = {}
        for source, fields in _sources(dependant):
            if fields:
                simple = all(is_simple(source, field) for field in fields)
                simple = simple and not _share_names(source, fields)
                (self.joint if simple else self.single)[source] = fields
        self.by_source: list[tuple[str, list[ModelField]]] = [
            (source, fields) for source, fields in _sources(dependant) if fields
        ]
        self.extract = self._compile()

    def _compile(self) -> Extractor | None:
        joint = self._joint_extractor() if self.joint else None
        if not self.single:
            return joint
        singles = list(self.single.items())

        def extract(scope: Scope) -> dict[str, Any]:
            arguments = {} if joint is None else joint(scope)
            connection: HTTPConnection = HTTPConnection(scope)
            for source, fields in singles:
                values, errors = params_to_args(fields, plain_values(connection, source))
                if errors:
                    raise Invalid
                arguments.update(values)
            return arguments

        return extract

    def _joint_extractor(self) -> Extractor | None:
        taken: set[str] = set()
        slots = [
            Slot(source, field, taken) for source, fields in self.joint.items() for field in fields
        ]
        validator = joint_validator([(slot.key, slot.field) for slot in slots])
        if validator is None:
            self.single = {**self.single, **self.joint}
            self.single = {name: self.single[name] for name in SOURCES if name in self.single}
            self.joint = {}
            return None
        validate = validator.validate_python
        readers = [
            _READERS[source]([slot for slot in slots if slot.source == source])
            for source in self.joint
        ]
        return _extractor(validate, readers)


def _extractor(validate: Callable[..., Any], readers: Sequence[Reader]) -> Extractor:
    first, *rest = readers

    def extract_one(scope: Scope) -> dict[str, Any]:
        raw: Raw = {}
        first(scope, raw)
        try:
            return validate(raw)  # type: ignore[no-any-return]
        except ValidationError:
            raise Invalid from None

    def extract(scope: Scope) -> dict[str, Any]:
        raw: Raw = {}
        for read in readers:
            read(scope, raw)
        try:
            return validate(raw)  # type: ignore[no-any-return]
        except ValidationError:
            raise Invalid from None

    return extract if rest else extract_one
