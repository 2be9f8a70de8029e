"""The bounds of metadata."""

import pytest

from fleet_runtime.errors import InvalidArgument
from fleet_runtime.metadata import check_metadata


def test_metadata_within_openais_bounds_is_taken():
    """To the last character."""
    check_metadata({str(number).zfill(64): "v" * 512 for number in range(16)})
    check_metadata({"number": 5, "flag": True})


@pytest.mark.parametrize(
    ("pairs", "param"),
    [
        ({str(number): "" for number in range(17)}, "attributes"),
        ({"k" * 65: ""}, "attributes"),
        ({"": ""}, "attributes"),
        ({"k": "v" * 513}, "attributes.k"),
    ],
)
def test_metadata_beyond_them_is_named(pairs, param):
    """By the field that has it."""
    with pytest.raises(InvalidArgument) as caught:
        check_metadata(pairs, "attributes")

    assert param == caught.value.param
