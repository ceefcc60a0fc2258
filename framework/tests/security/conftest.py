"""What is tested here is done by two executors alike."""

import pytest


@pytest.fixture(autouse=True)
def _both_executors(executor):
    """Run each test by both."""
