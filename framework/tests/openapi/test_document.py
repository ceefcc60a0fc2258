"""The OpenAPI document."""

import json
from collections.abc import AsyncIterable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, Json, computed_field
from tests.kit import client, run_python

from dovetail import (
    APIRouter,
    Body,
    Cookie,
    Depends,
    Dovetail,
    File,
    Form,
    Header,
    Path,
    Query,
    UploadFile,
)
from dovetail.exceptions import ConfigurationError
from dovetail.openapi.models import OpenAPI
from dovetail.responses import (
    EventSourceResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)
from dovetail.sse import ServerSentEvent


class Item(BaseModel):
    name: str
    price: float | None = None


class Sized(BaseModel):
    """A box.\fNotes for developers."""

    side: int = 1

    @computed_field
    @property
    def area(self) -> int:
        return self.side**2


def operation(app, method="get", path="/"):
    document = app.openapi()
    OpenAPI.model_validate(document)
    return document["paths"][path][method]


def schema_of_body(app, path="/"):
    document = app.openapi()
    [content] = document["paths"][path]["post"]["requestBody"]["content"].values()
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else content["schema"]


def test_the_smallest_document(app):
    document = app.openapi()
    assert document == {
        "openapi": "3.1.0",
        "info": {"title": "FastAPI", "version": "0.1.0"},
        "paths": {},
    }
    assert app.openapi() is document


def test_what_the_application_says_about_itself():
    app = Dovetail(
        title="Shop",
        summary="Sells.",
        description="All about *selling*.",
        version="2.0",
        terms_of_service="https://shop.example/terms",
        contact={"name": "Ada", "email": "ada@shop.example"},
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "https://api.shop.example", "description": "Live."}],
        openapi_tags=[{"name": "items", "description": "Things."}],
        openapi_external_docs={"url": "https://shop.example/docs"},
    )
    assert app.openapi() == {
        "openapi": "3.1.0",
        "info": {
            "title": "Shop",
            "summary": "Sells.",
            "description": "All about *selling*.",
            "termsOfService": "https://shop.example/terms",
            "contact": {"name": "Ada", "email": "ada@shop.example"},
            "license": {"name": "MIT", "identifier": "MIT"},
            "version": "2.0",
        },
        "servers": [{"url": "https://api.shop.example", "description": "Live."}],
        "paths": {},
        "tags": [{"name": "items", "description": "Things."}],
        "externalDocs": {"url": "https://shop.example/docs"},
    }


def test_an_operation(app):
    @app.get(
        "/items/{item_id}",
        tags=["items"],
        deprecated=True,
        response_description="The item.",
        operation_id="readItem",
    )
    async def read_item(item_id: int, q: str | None = None) -> Item:
        """Read one.

        More about it.\fNot this.
        """

    assert operation(app, path="/items/{item_id}") == {
        "tags": ["items"],
        "summary": "Read Item",
        "description": "Read one.\n\nMore about it.",
        "operationId": "readItem",
        "deprecated": True,
        "parameters": [
            {
                "name": "item_id",
                "in": "path",
                "required": True,
                "schema": {"type": "integer", "title": "Item Id"},
            },
            {
                "name": "q",
                "in": "query",
                "required": False,
                "schema": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Q"},
            },
        ],
        "responses": {
            "200": {
                "description": "The item.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}},
            },
            "422": {
                "description": "Validation Error",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/HTTPValidationError"}
                    }
                },
            },
        },
    }
    schemas = app.openapi()["components"]["schemas"]
    assert list(schemas) == ["HTTPValidationError", "Item", "ValidationError"]
    assert schemas["Item"]["required"] == ["name"]


def test_operation_ids(app):
    router = APIRouter(generate_unique_id_function=lambda route: f"routed-{route.name}")

    @app.get("/a/{b-c}")
    async def first():
        return None

    @router.get("/d")
    async def second():
        return None

    @router.get("/e", generate_unique_id_function=lambda route: "own")
    async def third():
        return None

    app.include_router(router, prefix="/v1")
    document = app.openapi()
    ids = [path["get"]["operationId"] for path in document["paths"].values()]
    assert ids == ["first_a__b_c__get", "routed-second", "own"]


def test_operation_ids_that_occur_twice(app):
    @app.get("/a", operation_id="same")
    @app.get("/b", operation_id="same")
    async def read():
        return None

    with pytest.warns(UserWarning, match="Duplicate Operation ID same for function read"):
        app.openapi()


def test_parameters_of_all_places(app):
    @app.get("/{a}")
    async def read(
        a: Annotated[int, Path(title="The A", gt=0)],
        b: Annotated[list[str], Query(min_length=1, description="Some Bs.", examples=[["x"]])],
        x_c: Annotated[str, Header(deprecated=True)] = "c",
        x_d: Annotated[str, Header(convert_underscores=False)] = "d",
        e: Annotated[str | None, Cookie(alias="e-e")] = None,
        hidden: Annotated[str, Query(include_in_schema=False)] = "",
        shown: Annotated[
            str, Query(openapi_examples={"one": {"summary": "First.", "value": "1"}})
        ] = "",
    ):
        return None

    parameters = {one["name"]: one for one in operation(app, path="/{a}")["parameters"]}
    assert list(parameters) == ["a", "b", "shown", "x-c", "x_d", "e-e"]
    assert parameters["a"]["schema"] == {
        "type": "integer",
        "exclusiveMinimum": 0,
        "title": "The A",
    }
    assert parameters["b"] == {
        "name": "b",
        "in": "query",
        "required": True,
        "description": "Some Bs.",
        "schema": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "description": "Some Bs.",
            "examples": [["x"]],
            "title": "B",
        },
    }
    assert parameters["x-c"]["deprecated"] is True
    assert parameters["x-c"]["schema"]["default"] == "c"
    assert parameters["e-e"]["in"] == "cookie"
    assert parameters["shown"]["examples"] == {"one": {"summary": "First.", "value": "1"}}


def test_parameters_of_dependencies_once(app):
    async def page(number: int, size: int = 10):
        return None

    async def needs_page(page: Annotated[None, Depends(page)], size: int):
        return None

    @app.get("/", dependencies=[Depends(page)])
    async def read(_: Annotated[None, Depends(needs_page)]):
        return None

    parameters = operation(app)["parameters"]
    assert [(one["name"], one["required"]) for one in parameters] == [
        ("number", True),
        ("size", True),
    ]


def test_models_of_parameters(app):
    class Filters(BaseModel):
        limit: int = Field(10, le=100, description="At most.")
        order_by: Literal["a", "b"] = Field("a", alias="orderBy")

    class Headers(BaseModel):
        if_match: str

    @app.get("/")
    async def read(
        filters: Annotated[Filters, Query()],
        headers: Annotated[Headers, Header()],
        maybe: Annotated[Headers | None, Cookie()] = None,
    ):
        return None

    parameters = operation(app)["parameters"]
    assert [(one["in"], one["name"], one["required"]) for one in parameters] == [
        ("query", "limit", False),
        ("query", "orderBy", False),
        ("header", "if-match", True),
        ("cookie", "if_match", False),
    ]


@pytest.mark.filterwarnings("ignore::dovetail.exceptions.DovetailDeprecationWarning")
def test_former_options_of_parameters(app):
    @app.get("/")
    async def read(a: Annotated[str, Query(example="x", regex="^x")]):
        return None

    [parameter] = operation(app)["parameters"]
    assert parameter["example"] == "x"
    assert parameter["schema"]["pattern"] == "^x"
    with pytest.warns(UserWarning, match="deprecated"):
        Query(regex="x")
    with pytest.warns(UserWarning, match="deprecated"):
        Query(example="x")


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
def test_bodies(app, method):
    async def change(item: Annotated[Item, Body(description="An item.")]):
        return None

    app.api_route("/", methods=[method.upper()])(change)
    described = operation(app, method)
    if method == "options":
        assert "requestBody" not in described
        return
    assert described["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": described_item(app)}},
    }


def described_item(app):
    [body] = [
        one["requestBody"]["content"]["application/json"]["schema"]
        for one in app.openapi()["paths"]["/"].values()
    ]
    assert body["$ref"] == "#/components/schemas/Item"
    return body


def test_the_body_of_query(app):
    """QUERY is safe like GET, and has a body."""

    async def search(item: Item):
        return None

    app.api_route("/", methods=["QUERY"])(search)
    app.openapi_version = "3.2.0"
    body = app.openapi()["paths"]["/"]["query"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Item"}
    assert client(app).request("QUERY", "/", json={"name": "a"}).status_code == 200


def test_several_body_parameters(app):
    @app.post("/")
    async def create(item: Item, n: Annotated[int, Body(gt=1)] = 2):
        return None

    assert schema_of_body(app) == {
        "title": "Body_create__post",
        "type": "object",
        "required": ["item"],
        "properties": {
            "item": {"$ref": "#/components/schemas/Item"},
            "n": {"type": "integer", "exclusiveMinimum": 1.0, "title": "N", "default": 2},
        },
    }


def test_a_body_that_is_not_required(app):
    @app.post("/")
    async def create(item: Item | None = None):
        return None

    assert "required" not in operation(app, "post")["requestBody"]


def test_forms_and_files(app):
    class Login(BaseModel):
        user: str
        password: str = Field(alias="pass")

    @app.post("/form")
    async def form(a: Annotated[str, Form()]):
        return None

    @app.post("/model")
    async def model(login: Annotated[Login, Form()]):
        return None

    @app.post("/files")
    async def files(one: UploadFile, many: list[UploadFile], raw: Annotated[bytes, File()] = b""):
        return None

    document = app.openapi()

    def media_type(path):
        return list(document["paths"][path]["post"]["requestBody"]["content"])

    assert media_type("/form") == ["application/x-www-form-urlencoded"]
    assert media_type("/model") == ["application/x-www-form-urlencoded"]
    assert media_type("/files") == ["multipart/form-data"]
    assert schema_of_body(app, "/model")["required"] == ["user", "pass"]
    files_schema = schema_of_body(app, "/files")
    binary = {"type": "string", "contentMediaType": "application/octet-stream"}
    assert files_schema["properties"]["one"] == {**binary, "title": "One"}
    assert files_schema["properties"]["many"]["items"] == binary
    assert files_schema["required"] == ["one", "many"]


def test_form_models_beside_fields(app):
    class Login(BaseModel):
        user: str

    class Extra(BaseModel):
        note: str = ""

    @app.post("/")
    async def send(
        login: Annotated[Login, Form()],
        code: Annotated[int, Form()],
        extra: Annotated[Extra | None, Form()] = None,
        needed: Annotated[Extra | None, Form()] = ...,
    ):
        return None

    schema = schema_of_body(app)
    assert schema["properties"] == {"code": {"type": "integer", "title": "Code"}}
    assert schema["required"] == ["code"]
    references = json.dumps(schema["allOf"])
    assert "#/components/schemas/Login" in references
    assert "#/components/schemas/Extra" in references
    assert {"not": {"anyOf": [{"required": ["note"]}]}} in schema["allOf"][1]["anyOf"]


def test_an_optional_form_model_alone(app):
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        a: int

    @app.post("/")
    async def send(values: Annotated[Open | None, Form()] = None):
        return None

    assert {"maxProperties": 0} in schema_of_body(app)["allOf"][0]["anyOf"]


def test_input_and_output_differ(app):
    @app.post("/")
    async def create(box: Sized) -> Sized:
        return box

    schemas = app.openapi()["components"]["schemas"]
    assert set(schemas["Sized-Input"]["properties"]) == {"side"}
    assert set(schemas["Sized-Output"]["properties"]) == {"side", "area"}
    assert schemas["Sized-Input"]["description"] == "A box."


def test_input_and_output_in_one_schema():
    app = Dovetail(separate_input_output_schemas=False)

    @app.post("/")
    async def create(item: Item) -> Item:
        return item

    assert set(app.openapi()["components"]["schemas"]) == {
        "HTTPValidationError",
        "Item",
        "ValidationError",
    }


def test_models_of_one_name_are_told_apart(app):
    def make(kind):
        class Thing(BaseModel):
            value: kind

        Thing.__module__ = f"module_{kind.__name__}"
        return Thing

    @app.post("/")
    async def create(a: make(int), b: make(str)):
        return None

    things = [name for name in app.openapi()["components"]["schemas"] if "Thing" in name]
    assert len(things) == 2


def test_types_in_schemas(app):
    class Colour(Enum):
        red = "red"

    @dataclass
    class Point:
        x: int

    class Everything(BaseModel):
        colour: Colour
        point: Point
        data: bytes
        nested: list[dict[str, Item]]
        json_text: Json[Any]

    @app.post("/")
    async def create(body: Everything):
        return None

    properties = app.openapi()["components"]["schemas"]["Everything"]["properties"]
    assert properties["colour"] == {"$ref": "#/components/schemas/Colour"}
    assert properties["data"]["contentMediaType"] == "application/octet-stream"
    assert properties["nested"]["items"]["additionalProperties"] == {
        "$ref": "#/components/schemas/Item"
    }


def test_base64_in_schemas(app):
    class Encoded(BaseModel):
        model_config = ConfigDict(val_json_bytes="base64", ser_json_bytes="base64")
        data: bytes = Field(min_length=3)

    @app.post("/")
    async def create(body: Encoded) -> Encoded:
        return body

    schema = app.openapi()["components"]["schemas"]["Encoded"]["properties"]["data"]
    assert schema["contentEncoding"] == "base64"
    assert schema["minLength"] == 3


def test_responses(app):
    @app.get(
        "/",
        status_code=201,
        responses={
            404: {"model": Item, "description": "Not there."},
            "4XX": {"description": "Anything wrong."},
            "default": {"model": Item},
            418: {"content": {"text/plain": {}}},
            201: {"headers": {"X-Id": {"schema": {"type": "string"}}}},
            599: {},
        },
    )
    async def read(n: int) -> list[Item]:
        return []

    responses = operation(app)["responses"]
    assert responses["201"]["description"] == "Successful Response"
    assert responses["201"]["headers"]["X-Id"]
    assert responses["404"]["description"] == "Not there."
    assert responses["404"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Item"
    }
    assert responses["418"]["description"] == "I'm a Teapot"
    assert responses["599"]["description"] == "Additional Response"
    assert responses["default"]["description"] == "Default Response"
    # Those who describe 4XX or the default have described invalid input.
    assert "422" not in responses


def test_a_response_that_makes_no_sense(app):
    @app.get("/", responses={"soon": {"description": "x"}})
    async def read():
        return None

    with pytest.raises(ValueError, match="'soon' is no status code"):
        app.openapi()


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ({"response_class": HTMLResponse}, {"text/html": {"schema": {"type": "string"}}}),
        ({"response_class": Response}, None),
        ({"response_class": JSONResponse}, {"application/json": {"schema": {}}}),
        ({"status_code": 204}, None),
    ],
)
def test_content_by_response_class(app, options, content):
    @app.get("/", **options)
    async def read():
        return None

    [response] = operation(app)["responses"].values()
    assert response.get("content") == content


def test_the_status_of_a_response_class(app):
    @app.get("/", response_class=RedirectResponse)
    async def read():
        return "/elsewhere"

    assert list(operation(app)["responses"]) == ["307"]


def test_streams(app):
    @app.get("/lines")
    async def lines() -> AsyncIterable[Item]:
        yield Item(name="a")

    @app.get("/any")
    async def anything():
        yield 1

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterable[Item]:
        yield Item(name="a")

    @app.get("/raw", response_class=EventSourceResponse)
    async def raw() -> AsyncIterable[ServerSentEvent]:
        yield ServerSentEvent(data=1)

    def content(path):
        return operation(app, path=path)["responses"]["200"]["content"]

    item = {"$ref": "#/components/schemas/Item"}
    assert content("/lines") == {"application/jsonl": {"itemSchema": item}}
    assert content("/any") == {"application/jsonl": {"itemSchema": {}}}
    event = content("/events")["text/event-stream"]["itemSchema"]
    assert event["required"] == ["data"]
    assert event["properties"]["data"]["contentSchema"] == item
    bare = content("/raw")["text/event-stream"]["itemSchema"]
    assert set(bare["properties"]) == {"data", "event", "id", "retry"}
    assert "required" not in bare


def test_callbacks_and_webhooks(app):
    paid = APIRouter()

    @paid.post("{$callback_url}/paid")
    async def was_paid(item: Item):
        return None

    @app.post("/", callbacks=paid.routes)
    async def pay(callback_url: str):
        return None

    @app.webhooks.post("item-sold")
    async def item_sold(item: Item):
        return None

    described = operation(app, "post")["callbacks"]
    assert list(described) == ["was_paid"]
    assert described["was_paid"]["{$callback_url}/paid"]["post"]["requestBody"]
    assert app.openapi()["webhooks"]["item-sold"]["post"]["summary"] == "Item Sold"


def test_extra_members(app):
    @app.post(
        "/",
        openapi_extra={
            "x-codes": [1],
            "tags": ["more"],
            "requestBody": {"content": {"application/yaml": {"schema": {"type": "string"}}}},
        },
        tags=["first"],
    )
    async def create():
        return None

    described = operation(app, "post")
    assert described["x-codes"] == [1]
    assert described["tags"] == ["first", "more"]
    assert list(described["requestBody"]["content"]) == ["application/yaml"]


def test_what_is_left_out(app):
    router = APIRouter()

    @router.get("/routed")
    async def routed():
        return None

    @app.get("/hidden", include_in_schema=False)
    async def hidden():
        return None

    app.include_router(router, include_in_schema=False)
    app.mount("/mounted", Dovetail())
    assert app.openapi()["paths"] == {}


def test_a_document_of_ones_own(app):
    app.openapi_schema = {"openapi": "mine"}

    @app.get("/")
    async def read():
        return None

    assert app.openapi() == {"openapi": "mine"}
    assert client(app).get("/openapi.json").json() == {"openapi": "mine"}


def test_routes_added_after_the_document_was_made(app):
    assert app.openapi()["paths"] == {}

    @app.get("/")
    async def read():
        return None

    assert list(app.openapi()["paths"]) == ["/"]


def test_wrong_descriptions_are_refused():
    app = Dovetail(servers=[{"description": "It has no URL."}])
    with pytest.raises(ValueError, match="servers"):
        app.openapi()


def test_a_route_without_methods(app):
    @app.get("/")
    async def read():
        return None

    app.routes[-1].methods = None
    with pytest.raises(ConfigurationError, match="no methods"):
        app.openapi()


def test_descriptions_of_routers_are_inherited(app):
    router = APIRouter(tags=["inner"], responses={404: {"description": "No such thing."}})

    @router.get("/")
    async def read():
        return None

    app.include_router(router, prefix="/v1", tags=["outer"], deprecated=True, responses={403: {}})
    described = operation(app, path="/v1/")
    assert described["tags"] == ["outer", "inner"]
    assert described["deprecated"] is True
    assert described["responses"]["404"]["description"] == "No such thing."
    assert described["responses"]["403"]["description"] == "Forbidden"


def test_names_of_form_models_are_those_of_the_form(app):
    class Login(BaseModel):
        model_config = ConfigDict(validate_by_name=True, validate_by_alias=False)
        user: str = Field(alias="login")

    class Several(BaseModel):
        mail: str = Field(validation_alias=AliasChoices("mail", "email"))

    @app.post("/")
    async def send(
        login: Annotated[Login, Form()],
        several: Annotated[Several, Form()],
        mail: Annotated[str, Form()],
        again: Annotated[str, Form(alias="mail", min_length=2)] = "",
    ):
        return None

    schema = schema_of_body(app)
    assert schema["required"] == ["mail"]
    login_schema = app.openapi()["components"]["schemas"]["Login"]
    assert list(login_schema["properties"]) == ["user"]
    assert {"anyOf": [{"required": ["mail"]}, {"required": ["email"]}]} in [
        choice for one in schema["allOf"] for choice in one.get("allOf", [])
    ]
    assert any("properties" in one and "mail" in one["properties"] for one in schema["allOf"])


def test_a_form_model_without_fields(app):
    class Empty(BaseModel):
        pass

    @app.post("/")
    async def send(a: Annotated[str, Form()], empty: Annotated[Empty | None, Form()] = None):
        return None

    assert schema_of_body(app)["allOf"][0]["anyOf"][0] == {}


def test_media_types_of_combined_forms(app):
    @app.post("/same")
    async def same(
        a: Annotated[str, Form(media_type="application/x-custom")],
        b: Annotated[str, Form(media_type="application/x-custom")],
    ):
        return None

    @app.post("/mixed")
    async def mixed(
        a: Annotated[str, Form()], b: Annotated[str, Form(media_type="multipart/form-data")]
    ):
        return None

    @app.post("/different")
    async def different(
        a: Annotated[int, Body(media_type="application/a+json")],
        b: Annotated[int, Body(media_type="application/b+json")],
    ):
        return None

    paths = app.openapi()["paths"]
    found = {path: list(item["post"]["requestBody"]["content"]) for path, item in paths.items()}
    assert found == {
        "/same": ["application/x-custom"],
        "/mixed": ["multipart/form-data"],
        "/different": ["application/json"],
    }


def test_examples_of_a_body(app):
    @app.post("/")
    async def create(
        item: Annotated[Item, Body(openapi_examples={"one": {"value": {"name": "a"}}})],
    ):
        return None

    [content] = operation(app, "post")["requestBody"]["content"].values()
    assert content["examples"] == {"one": {"value": {"name": "a"}}}


def test_mail_addresses_are_not_checked_without_the_package():
    script = """
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == "email_validator" else real(name)
from dovetail.openapi.models import Contact
print(Contact(email="no address").email)
"""
    result = run_python("-c", script)
    assert (result.stdout, result.stderr) == ("no address\n", "")
