"""The rows that the service itself keeps: those that came with a dataset, and those that were appended."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from fleet_eval.datasets.provider import Bounds
from fleet_eval.datasets.tables import DATASET_ROWS, DATASET_SIZES
from fleet_runtime.store import Database
from fleet_runtime.store.rows import insert_into

# Rows that are read or written at once.
_BATCH = 500


class RowStore:
    """Keeps rows under keys, in the order in which they came.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, key: str, rows: Sequence[bytes]) -> None:
        """Keep rows behind those that there are, all or none of them."""
        size = DATASET_SIZES.c
        async with self._database.begin() as connection:
            new = insert_into(DATASET_SIZES, connection.dialect.name).values(
                dataset=key, row_count=0
            )
            await connection.execute(new.on_conflict_do_nothing())
            more = update(DATASET_SIZES).where(size.dataset == key)
            longer = more.values(row_count=size.row_count + len(rows)).returning(size.row_count)
            end: int = (await connection.execute(longer)).scalar_one()
            values = [
                {"dataset": key, "place": place, "content": row}
                for place, row in enumerate(rows, end - len(rows))
            ]
            for first in range(0, len(values), _BATCH):
                await connection.execute(insert(DATASET_ROWS), values[first : first + _BATCH])

    async def size(self, key: str) -> int:
        """Return how many rows there are."""
        size = DATASET_SIZES.c
        async with self._database.begin() as connection:
            found = await connection.execute(select(size.row_count).where(size.dataset == key))
            return found.scalar() or 0

    async def read(self, key: str, start: int, bounds: Bounds) -> list[bytes]:
        """Return rows on from the one that has `start` before it; fewer than there may be only at the end."""
        each, found, size = DATASET_ROWS.c, list[bytes](), 0
        while len(found) < bounds.rows and size < bounds.bytes:
            first = start + len(found)
            most = min(_BATCH, bounds.rows - len(found))
            query = (
                select(each.content)
                .where(each.dataset == key, each.place >= first, each.place < first + most)
                .order_by(each.place)
            )
            async with self._database.begin() as connection:
                some = (await connection.execute(query)).scalars().all()
            for row in some:
                if size >= bounds.bytes:
                    return found
                found.append(row)
                size += len(row)
            if len(some) < most:
                return found
        return found

    async def remove(self, key: str) -> None:
        """Forget all rows."""
        async with self._database.begin() as connection:
            await connection.execute(delete(DATASET_ROWS).where(DATASET_ROWS.c.dataset == key))
            await connection.execute(delete(DATASET_SIZES).where(DATASET_SIZES.c.dataset == key))
