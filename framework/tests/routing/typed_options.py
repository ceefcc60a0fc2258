"""Not run: checked by mypy, which complains if an error expected here is none any more."""

from dovetail import APIRouter, Dovetail

app = Dovetail()
router = APIRouter()


@app.get("/", status_code=201, tags=["a"], response_model=None)
@router.api_route("/", methods=["GET"], include_in_schema=False)
async def known() -> int:
    return 1


@app.get("/", respnse_model=None)  # type: ignore[call-arg]
@router.post("/", status_code="201")  # type: ignore[arg-type]
@router.put("/", methods=["PUT"])  # type: ignore[call-arg]
async def mistaken() -> int:
    return 1


# The decorators give back the function's own type.
result: int = known.__annotations__["return"]
