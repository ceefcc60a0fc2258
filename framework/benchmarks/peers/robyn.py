"""Robyn: no ASGI, only over HTTP on its own server, and Pydantic models."""

import logging
from typing import Any

from pydantic import BaseModel, ValidationError
from robyn import Request, Response, Robyn

from benchmarks.peers import handwritten
from benchmarks.peers.models import RECORDS, Item, Search

JSON = {"content-type": "application/json"}


def application() -> Robyn:
    """Return an application that does not log each request."""
    logging.disable(logging.INFO)
    return Robyn(__file__)


def json_text(content: str | bytes, status: int = 200) -> Response:
    """Return a response of JSON that is already written."""
    return Response(status_code=status, headers=JSON, description=content)


def written(model: BaseModel) -> Response:
    """Return a model as a response."""
    return json_text(model.model_dump_json())


def hello() -> Robyn:
    """Answer with a dict."""
    app = application()

    @app.get("/")
    async def read(_request: Request) -> dict[str, str]:
        return {"message": "Hello, world"}

    return app


def path_query() -> Robyn:
    """Take a number from the path and a text from the query string."""
    app = application()

    @app.get("/items/:item_id")
    async def read(request: Request) -> dict[str, Any]:
        item_id = int(request.path_params["item_id"])
        return {"item_id": item_id, "q": request.query_params.get("q", None)}

    return app


def ten_queries() -> Robyn:
    """Check ten query parameters."""
    app = application()

    @app.get("/search")
    async def search(request: Request) -> Response:
        query = {name: values[0] for name, values in request.query_params.to_dict().items()}
        return written(Search.model_validate(query))

    return app


def model() -> Robyn:
    """Take a model and give it back."""
    app = application()

    @app.post("/items")
    async def create(request: Request) -> Response:
        try:
            item = Item.model_validate_json(request.body)
        except ValidationError as error:
            details = handwritten.DETAILS.dump_json(handwritten.error_details(error))
            return json_text(details, 422)
        return written(item)

    return app


invalid = model


def nested_models() -> Robyn:
    """Take 1,000 models with a model in each, and give them back."""
    app = application()

    @app.post("/orders")
    async def create(request: Request) -> Response:
        orders = handwritten.ORDERS.validate_json(request.body)
        return json_text(handwritten.ORDERS.dump_json(orders))

    return app


def objects() -> Robyn:
    """Show objects of another kind by their response model."""
    app = application()

    @app.get("/records")
    async def read(_request: Request) -> Response:
        records = handwritten.RECORDS_OUT.validate_python(RECORDS, from_attributes=True)
        return json_text(handwritten.RECORDS_OUT.dump_json(records))

    return app


def async_dependencies() -> Robyn:
    """Await ten async functions, each called by the one before."""
    app = application()

    @app.get("/")
    async def read(_request: Request) -> dict[str, int]:
        return {"value": await handwritten.chain()}

    return app


def sync() -> Robyn:
    """Answer from a function that may block."""
    app = application()

    @app.get("/")
    def read(_request: Request) -> dict[str, str]:
        return {"message": "Hello, world"}

    return app


def last_route() -> Robyn:
    """Serve 500 routes."""
    app = application()
    for group in range(50):
        for thing in range(10):
            add_thing(app, group, thing)
    return app


def add_thing(app: Robyn, group: int, thing: int) -> None:
    """Add one route."""

    @app.get(f"/api/group{group}/thing{thing}/:item_id")
    async def read(request: Request) -> dict[str, int]:
        return {"group": group, "thing": thing, "item_id": int(request.path_params["item_id"])}
