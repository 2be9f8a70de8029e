"""What tests of chunking stand on."""

import pytest

from fleet_chunking.cl100k import Cl100k


@pytest.fixture(scope="session")
def cl100k() -> Cl100k:
    """Return the default tokenizer."""
    return Cl100k()
