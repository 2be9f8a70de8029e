"""The parts of the contract of vector stores, `fleet_testing.vector_store_contract`."""

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{part}" for part in ("crowds", "keeping", "meaning", "selecting", "words"))
)
