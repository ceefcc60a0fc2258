"""Generated operations and requests, to compare the two executors with.

An operation is a tree of dependencies with parameters of all sources; a request has values of
which some fit. What is run is written to a log, so that order and ends can be compared too.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from inspect import Parameter, Signature
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel, Field

from dovetail import Body, Cookie, Depends, Dovetail, Form, Header, HTTPException, Path, Query


class Colour(StrEnum):
    red = "red"
    green = "green"


class Inner(BaseModel):
    n: int = Field(ge=0)
    when: date | None = None


class Model(BaseModel):
    name: str
    inner: list[Inner] = []
    ratio: float = Field(1.0, alias="theRatio")


class Strict(BaseModel):
    model_config = {"extra": "forbid", "strict": True}
    flag: bool


SCALARS = [
    int,
    float,
    bool,
    str,
    date,
    Decimal,
    UUID,
    Colour,
    Literal["a", "b"],
    int | None,
    Annotated[int, Field(ge=2, lt=9)],
    Annotated[str, Field(min_length=2, pattern="^[a-z]")],
]
LISTS = [
    list[int],
    set[str],
    tuple[int, str],
    list[Colour] | None,
    Annotated[list[str], Field(max_length=2)],
]
BODIES = [Model, Strict, list[Model], dict[str, int], Model | Strict, Any, *SCALARS[:6]]

TEXTS = st.sampled_from(
    "0 1 5 -3 12 1.5 1e3 nan true off a b abc red blue 2024-02-29 2024-02-30 [1] {} "
    "7b0e7f0e-93a2-4c9b-9a3f-5a0e6a3d8a11 ä %20 a+b x&y=z".split()
) | st.sampled_from(["", " 1 ", "null", "9" * 30])

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(["a", "abc", "1", "red", "2024-02-29", "true", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "inner", "n", "flag", "theRatio"]), inner)
    ),
    max_leaves=6,
)
MODELS = st.fixed_dictionaries(
    {"name": st.sampled_from(["x", 1])},
    optional={
        "inner": st.lists(st.fixed_dictionaries({"n": st.integers(-1, 2)}), max_size=2),
        "theRatio": st.sampled_from([1, 2.5, "3", "x"]),
        "other": st.just(1),
    },
)

NAMES = ("alpha", "beta", "gamma_ray", "delta")


@dataclass
class Declared:
    """One parameter: its Python name, where it comes from, its type and default."""

    name: str
    source: str
    annotation: Any
    default: Any = Parameter.empty
    alias: str | None = None

    def parameter(self):
        declare = {
            "path": Path,
            "query": Query,
            "header": Header,
            "cookie": Cookie,
            "body": Body,
            "form": Form,
        }[self.source]
        options = {} if self.alias is None else {"alias": self.alias}
        return Parameter(
            self.name,
            Parameter.KEYWORD_ONLY,
            default=self.default,
            annotation=Annotated[self.annotation, declare(**options)],
        )


@dataclass
class Dependency:
    """One dependency: what it asks for, its kind, and what it depends on by index."""

    kind: str
    parameters: list[Declared]
    needs: list[int]
    scope: str | None = None
    outcome: str = "value"


@dataclass
class Generated:
    """An operation with all its dependencies; those of `needs` are its own."""

    parameters: list[Declared]
    dependencies: list[Dependency]
    needs: list[int]
    kind: str
    returns: str
    body: str | None
    path: str = "/"
    all_parameters: list[Declared] = field(default_factory=list)


def declared(sources, taken):
    """Return a strategy of parameters; path parameters have names that are in the path."""

    @st.composite
    def draw_one(draw):
        source = draw(st.sampled_from(sources))
        name = draw(st.sampled_from(NAMES))
        types = {"query": SCALARS + LISTS, "header": SCALARS + LISTS, "body": BODIES}
        annotation = draw(st.sampled_from(types.get(source, SCALARS)))
        if source == "path":
            return Declared(f"in_{name}", source, annotation, alias=name)
        default = Parameter.empty
        if draw(st.booleans()):
            default = draw(st.sampled_from([None, 1, "a"]))
        alias = draw(st.sampled_from([None, None, "the-alias"]))
        return Declared(f"{source}_{name}", source, annotation, default, alias)

    return draw_one()


@st.composite
def operations(draw):
    """Draw an operation."""
    body = draw(st.sampled_from([None, None, "body", "form"]))
    sources = ["query", "query", "header", "cookie", "path", *([body, body] if body else [])]

    def parameters(limit):
        found = draw(st.lists(declared(sources, NAMES), max_size=limit))
        return list({one.name: one for one in found}.values())

    dependencies = []
    for index in range(draw(st.integers(0, 4))):
        needs = draw(st.lists(st.integers(0, index - 1), max_size=2, unique=True)) if index else []
        kind = draw(st.sampled_from(["async", "sync", "async yield", "sync yield"]))
        outcomes = ["value", "value", "value", "value", "error", "late error"]
        one = Dependency(kind, parameters(2), needs, outcome=draw(st.sampled_from(outcomes)))
        # What ends with the request cannot need what ends before.
        early = any(dependencies[need].scope == "function" for need in needs)
        if "yield" in kind and (early or draw(st.booleans())):
            one.scope = "function"
        dependencies.append(one)
    needs = list(range(len(dependencies)))
    chosen = draw(st.lists(st.sampled_from(needs), max_size=3)) if needs else []
    operation = Generated(
        parameters(3),
        dependencies,
        chosen,
        kind=draw(st.sampled_from(["async", "sync"])),
        returns=draw(st.sampled_from(["data", "model", "invalid", "error", "data"])),
        body=body,
    )
    operation.all_parameters = [
        one for part in [operation, *dependencies] for one in part.parameters
    ]
    in_path = dict.fromkeys(one.alias for one in operation.all_parameters if one.source == "path")
    operation.path = "/" + "/".join(f"{{{name}}}" for name in in_path)
    return operation


@st.composite
def requests(draw, operation):
    """Draw a request to `operation`: method, target, headers and body."""
    by_source = {}
    for one in operation.all_parameters:
        by_source.setdefault(one.source, []).append(one)

    def values(source, *, hyphens=False):
        pairs = []
        for one in by_source.get(source, []):
            name = one.alias or (one.name.replace("_", "-") if hyphens else one.name)
            pairs += [(name, text) for text in draw(st.lists(TEXTS, max_size=2))]
        return pairs

    target = operation.path
    for part in operation.path.split("/"):
        if part:
            # An empty segment is another path.
            text = draw(TEXTS.filter(bool))
            target = target.replace(part, quote(text, safe=""), 1)
    query = urlencode(values("query"))
    headers = [(name, quote(value)) for name, value in values("header", hyphens=True)]
    cookies = [f"{name}={quote(value)}" for name, value in values("cookie")]
    if cookies:
        headers.append(("cookie", "; ".join(cookies)))
    body = b""
    if operation.body == "form":
        headers.append(("content-type", "application/x-www-form-urlencoded"))
        body = urlencode(values("form")).encode()
    elif operation.body == "body":
        body, content_type = draw(json_body(by_source.get("body", [])))
        if content_type:
            headers.append(("content-type", content_type))
    return {"target": f"{target}?{query}", "headers": headers, "body": body}


@st.composite
def json_body(draw, parameters):
    """Draw the bytes of a body, which may be no JSON, and its content type."""
    kind = draw(
        st.sampled_from(["members", "members", "members", "value", "model", "broken", "none"])
    )
    content_type = draw(
        st.sampled_from(["application/json", "application/json", "text/plain", None])
    )
    if kind == "broken":
        return b'{"name": ', content_type
    if kind == "none":
        return b"", content_type
    if kind == "members":
        value = {
            one.alias or one.name: draw(MODELS | JSON_VALUES)
            for one in parameters
            if draw(st.integers(0, 4))
        }
    else:
        value = draw(MODELS if kind == "model" else JSON_VALUES)
    return json.dumps(value).encode(), content_type


class Made:
    """A generated operation as an application, with the log of what it has run."""

    def __init__(self, operation: Generated) -> None:
        self.log: list[str] = []
        self.operation = operation
        self.callables: list[Any] = []
        for index, dependency in enumerate(operation.dependencies):
            self.callables.append(self._dependency(index, dependency))
        self.app = Dovetail(openapi_url=None)
        options = {"response_model": Model} if operation.returns in ("model", "invalid") else {}
        self.app.post(operation.path, **options)(self._function())

    def _needed(self, needs):
        for place, index in enumerate(needs):
            scope = self.operation.dependencies[index].scope
            yield Parameter(
                f"need{place}",
                Parameter.KEYWORD_ONLY,
                annotation=Annotated[Any, Depends(self.callables[index], scope=scope)],
            )

    def _signed(self, function, part):
        parameters = [one.parameter() for one in part.parameters]
        function.__signature__ = Signature([*parameters, *self._needed(part.needs)])
        return function

    def _dependency(self, index, dependency):
        def enter(values):
            self.log.append(f"enter {index} {sorted(values.items(), key=str)}")
            if dependency.outcome == "error":
                raise HTTPException(418, f"refused by {index}")
            return index

        def leave():
            self.log.append(f"leave {index}")
            if dependency.outcome == "late error":
                raise HTTPException(409, f"late from {index}")

        async def asynchronous(**values):
            return enter(values)

        def blocking(**values):
            return enter(values)

        async def asynchronous_yield(**values):
            try:
                yield enter(values)
            except KeyError:
                self.log.append(f"seen by {index}")
                raise
            leave()

        def blocking_yield(**values):
            try:
                yield enter(values)
            except KeyError:
                self.log.append(f"seen by {index}")
                raise
            leave()

        functions = {
            "async": asynchronous,
            "sync": blocking,
            "async yield": asynchronous_yield,
            "sync yield": blocking_yield,
        }
        return self._signed(functions[dependency.kind], dependency)

    def _result(self, values):
        self.log.append(f"function {sorted(values.items(), key=str)}")
        match self.operation.returns:
            case "error":
                raise KeyError("from the function")
            case "model":
                return {"name": "a", "inner": [{"n": 1}], "unknown": 1}
            case "invalid":
                return {"inner": 3}
        return {name: repr(values[name]) for name in sorted(values)}

    def _function(self):
        async def asynchronous(**values):
            return self._result(values)

        def blocking(**values):
            return self._result(values)

        function = asynchronous if self.operation.kind == "async" else blocking
        return self._signed(function, self.operation)
