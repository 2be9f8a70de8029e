"""Tables of Apache Arrow as rows. Bytes become base64, dates and times ISO 8601, and what is no number `null`."""

from collections.abc import Iterator
from typing import Any

import msgspec


def rows_of(table: Any) -> Iterator[bytes]:
    """Yield the rows of a table or a batch as JSON, made one after the other."""
    for place in range(table.num_rows):
        (row,) = table.slice(place, 1).to_pylist()
        yield msgspec.json.encode(row, enc_hook=str)
