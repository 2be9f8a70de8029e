"""Apache Parquet. Offsets are rows; of the groups of rows before them only the length is read.

Format: https://parquet.apache.org/docs/file-format/
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from fleet_eval.datasets.formats.arrow import rows_of
from fleet_eval.datasets.formats.found import Found, broken, collected
from fleet_eval.datasets.provider import Bounds

# Rows that are taken apart at once.
_BATCH = 256


def read(file: BinaryIO, offset: int, skip: int, bounds: Bounds) -> Found:
    """Read rows on from row `offset`, after `skip` others.

    Raises:
        InvalidArgument: It is no Parquet.
    """
    try:
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20) as table:
            total = table.metadata.num_rows
            start = min(offset + skip, total)
            found = collected(_rows(table, start), start, 0, bounds)
    except (pa.ArrowException, OSError) as error:
        raise broken(f"it is no Parquet: {error}") from None
    return Found(found.rows, start - offset, found.offset, found.ended)


def _rows(table: Any, start: int) -> Iterator[tuple[bytes, int]]:
    """Yield the rows from `start` on, each with the number of the next one."""
    place = 0
    for group in range(table.num_row_groups):
        length = table.metadata.row_group(group).num_rows
        if place + length <= start:
            place += length
            continue
        for batch in table.iter_batches(_BATCH, row_groups=[group], use_threads=False):
            before = max(start - place, 0)
            for number, row in enumerate(rows_of(batch.slice(before)), place + before + 1):
                yield row, number
            place += batch.num_rows
