"""Which test a request belongs to."""

from collections.abc import Mapping

import msgspec

from fleet_runtime.call import PROVIDER_DATA_HEADERS

TEST_ID = "x-llama-test-id"
"""The header, or metadata entry, by which a request says so. It is not sent on."""
# The key among provider data by which Llama Stack's test-suite says so.
_KEY = "__test_id"


def asking_test(headers: Mapping[str, str | bytes], default: str) -> str:
    """Return the test that a request names in its header or its provider data, or else `default`."""
    named = headers.get(TEST_ID) or _among_provider_data(headers)
    return named if isinstance(named, str) else default


def _among_provider_data(headers: Mapping[str, str | bytes]) -> object:
    for name in PROVIDER_DATA_HEADERS:
        try:
            data = msgspec.json.decode(headers.get(name, "{}"))
        except msgspec.DecodeError:
            continue
        if isinstance(data, dict) and _KEY in data:
            return data[_KEY]
    return None
