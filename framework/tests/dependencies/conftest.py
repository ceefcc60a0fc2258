"""What is tested here is done alike by all executors."""

import pytest


@pytest.fixture(autouse=True)
def _all_executors(executor):
    """Run each test by each of them."""
