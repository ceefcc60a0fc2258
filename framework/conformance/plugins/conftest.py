"""The plug-ins import `fastapi`: make sure that it is ours."""

import fastapi
import pytest

import dovetail


def pytest_sessionstart() -> None:
    """Stop at once where FastAPI itself would be tested."""
    if fastapi is not dovetail:
        pytest.exit("Run by: python -m dovetail.compat -m pytest", returncode=2)
