"""What an operation reads: its parameters and credentials, gathered from all its dependencies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from dovetail._pydantic import ModelField
from dovetail.dependencies.graph import (
    cache_key,
    flat_fields,
    is_security_scheme,
    oauth_scopes,
    security_scheme,
)
from dovetail.dependencies.models import Dependant
from dovetail.params import ParamTypes
from dovetail.security.base import SecurityBase

# In the order in which the document lists them.
PLACES: Final = (ParamTypes.path, ParamTypes.query, ParamTypes.header, ParamTypes.cookie)


@dataclass(slots=True)
class Inputs:
    """Parameters by the place they are sent in, and security schemes with the scopes they need."""

    parameters: dict[ParamTypes, list[ModelField]] = field(default_factory=dict)
    credentials: list[tuple[SecurityBase, list[str]]] = field(default_factory=list)

    def fields(self) -> Iterator[ModelField]:
        """Yield each parameter; of a parameter model its fields."""
        for fields in self.parameters.values():
            yield from flat_fields(fields)


def gather_inputs(dependant: Dependant) -> Inputs:
    """Return what `dependant` and all that it depends on read, each dependency once."""
    inputs = Inputs({place: [] for place in PLACES})
    for current, scopes in _walk(dependant):
        inputs.parameters[ParamTypes.path] += current.path_params
        inputs.parameters[ParamTypes.query] += current.query_params
        inputs.parameters[ParamTypes.header] += current.header_params
        inputs.parameters[ParamTypes.cookie] += current.cookie_params
        if current is not dependant and is_security_scheme(dependant=current):
            inputs.credentials.append((security_scheme(dependant=current), scopes))
    return inputs


def _walk(dependant: Dependant) -> Iterator[tuple[Dependant, list[str]]]:
    """Yield each dependant with the scopes that apply to it, outermost first."""
    if not dependant.dependencies:
        yield dependant, oauth_scopes(dependant=dependant)
        return
    # A list, since callables may be unhashable.
    seen: list[object] = []
    pending: list[tuple[Dependant, list[str]]] = [(dependant, [])]
    known_scopes: dict[int, tuple[Dependant, bool]] = {}
    while pending:
        current, outer = pending.pop()
        key = cache_key(dependant=current, uses_scopes_cache=known_scopes)
        if key in seen:
            continue
        seen.append(key)
        scopes = list(dict.fromkeys([*outer, *oauth_scopes(dependant=current)]))
        yield current, scopes
        pending.extend((sub, scopes) for sub in reversed(current.dependencies))
