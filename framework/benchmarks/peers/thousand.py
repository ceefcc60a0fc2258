"""1,000 path operations: FastAPI, and the core under test by the import exchanged.

Ten operations make a feature, ten features an area, ten areas the API: `include_router` on three
levels. Operations differ as they do in applications: parameters, bodies, dependencies, models.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, Query

from benchmarks.peers.models import RECORDS, Item, Record, RecordOut, User

ADA = User(id=7, name="Ada", email="ada@example.com")


async def tenant(x_tenant: Annotated[int, Header()] = 0) -> int:
    """Return the tenant of a request."""
    return x_tenant


async def user(tenant: Annotated[int, Depends(tenant)]) -> User:
    """Return the user of a request."""
    return ADA


CurrentUser = Annotated[User, Depends(user)]


def add_reads(router: APIRouter, part: int) -> None:
    """Add the operations that read."""

    @router.get(f"/{part}", response_model=list[RecordOut])
    async def list_records(
        current: CurrentUser,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        q: str | None = None,
    ) -> list[Record]:
        return RECORDS[:limit]

    @router.get(f"/{part}/{{record_id}}")
    async def read_record(record_id: int, q: str | None = None) -> dict[str, Any]:
        return {"record_id": record_id, "q": q}


def add_writes(router: APIRouter, part: int) -> None:
    """Add the operations that write."""

    @router.post(f"/{part}", status_code=201)
    async def create_record(item: Item, current: CurrentUser) -> Item:
        return item

    @router.put(f"/{part}/{{record_id}}")
    async def update_record(record_id: int, item: Item, current: CurrentUser) -> Item:
        return item

    @router.delete(f"/{part}/{{record_id}}", status_code=204)
    async def delete_record(record_id: int, current: CurrentUser) -> None:
        return None


def feature(number: int) -> APIRouter:
    """Return a router of ten operations."""
    router = APIRouter(prefix=f"/feature{number}", tags=[f"feature{number}"])
    for part in range(2):
        add_reads(router, part)
        add_writes(router, part)
    return router


def area(number: int) -> APIRouter:
    """Return a router of ten features."""
    router = APIRouter(prefix=f"/area{number}")
    for feature_number in range(10):
        router.include_router(feature(feature_number))
    return router


def application() -> FastAPI:
    """Return the application."""
    api = APIRouter(prefix="/api")
    for number in range(10):
        api.include_router(area(number))
    app = FastAPI()
    app.include_router(api)
    return app
