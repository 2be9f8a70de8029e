"""Looking stores and their files up, and changing them.

What a call has changed when it returns, every replica sees: nothing is remembered in the process.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Row, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_runtime.errors import Conflict, NotFound
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import TENANT
from fleet_vector_io.records import (
    STATUSES,
    BatchRecord,
    Counted,
    FileRecord,
    Status,
    StoreRecord,
    values_of,
)
from fleet_vector_io.tables import BATCH_FILES, BATCHES, FILES, STORES

RecordT = TypeVar("RecordT")

OF, EACH, IN = STORES.c, FILES.c, BATCH_FILES.c
# In seconds: a store's use is written down no more often.
_ACTIVE_EVERY = 60


class Register:
    """What is known of stores, their files and batches."""

    def __init__(self, database: Database) -> None:
        self.database = database
        """Opens the transactions that several of these methods share."""
        self._store = database.lookup(_STORE)

    async def add_store(self, connection: AsyncConnection, store: StoreRecord) -> None:
        """Keep a new store.

        Raises:
            Conflict: There is one of that id.
        """
        taken = select(OF.id).where(OF.tenant == TENANT, OF.id == store.id)
        if (await connection.execute(taken)).first():
            raise Conflict(
                f"There is a vector store '{store.id}' already.", code="vector_store_exists"
            )
        await connection.execute(insert(STORES).values(tenant=TENANT, **values_of(store)))

    async def store(self, store_id: str) -> StoreRecord:
        """Return a store, expired or not, or raise `NotFound`."""
        row = await self._store(store=store_id)
        if row is None:
            raise _no_store(store_id)
        return StoreRecord(*row)

    async def stores(self, request: PageRequest) -> Page[StoreRecord]:
        """Return a page of all stores."""
        async with self.database.begin() as connection:
            page = await select_page(connection, _stores(), (OF.created, OF.id), request)
        return Page(_records(StoreRecord, page.items), page.has_more)

    async def update_store(self, store: StoreRecord) -> None:
        """Keep what was changed of a store."""
        values = values_of(store)
        async with self.database.begin() as connection:
            await connection.execute(_store_update(store.id).values(values))

    async def used(self, store: StoreRecord) -> None:
        """Note that a store is used now, if that matters."""
        now = int(time.time())
        if store.expires_days is None or now - store.last_active < _ACTIVE_EVERY:
            return
        async with self.database.begin() as connection:
            await connection.execute(_store_update(store.id).values(last_active=now))

    async def remove_store(self, connection: AsyncConnection, store_id: str) -> None:
        """Forget a store with its files and batches, or raise `NotFound`."""
        gone = delete(STORES).where(OF.tenant == TENANT, OF.id == store_id)
        if not (await connection.execute(gone)).rowcount:
            raise _no_store(store_id)
        for table in (FILES, BATCHES, BATCH_FILES):
            await connection.execute(delete(table).where(table.c.store == store_id))

    async def counted(self, store_ids: Sequence[str]) -> dict[str, Counted]:
        """Return the counts of stores, by their ids."""
        query = (
            select(EACH.store, EACH.status, func.count(), func.sum(EACH.usage_bytes))
            .where(EACH.store.in_(store_ids))
            .group_by(EACH.store, EACH.status)
        )
        async with self.database.begin() as connection:
            rows = (await connection.execute(query)).all()
        return {
            store: _counted([row[1:] for row in rows if row[0] == store]) for store in store_ids
        }

    async def attach(self, connection: AsyncConnection, files: Sequence[FileRecord]) -> None:
        """Keep files of a store that are to be put in; one that is there keeps its time of creation."""
        for file in files:
            known = (EACH.store == file.store, EACH.file == file.file)
            values = values_of(file)
            again = {name: values[name] for name in values if name != "created"}
            if not (await connection.execute(update(FILES).where(*known).values(again))).rowcount:
                await connection.execute(insert(FILES).values(values))

    async def file(self, store_id: str, file_id: str) -> FileRecord:
        """Return a file of a store, or raise `NotFound`."""
        async with self.database.begin() as connection:
            return await file_of(connection, store_id, file_id)

    async def files(
        self,
        store_id: str,
        request: PageRequest,
        status: str | None = None,
        batch: str | None = None,
    ) -> Page[FileRecord]:
        """Return a page of the files of a store, or of one batch, perhaps of those in one state alone."""
        scope = _files().where(EACH.store == store_id)
        if batch is not None:
            members = select(IN.file).where(IN.batch == batch)
            scope = scope.where(EACH.file.in_(members))
        only = [EACH.status == status] if status else []
        async with self.database.begin() as connection:
            await store_of(connection, store_id)
            key = (EACH.created, EACH.file)
            page = await select_page(connection, scope, key, request, only)
        return Page(_records(FileRecord, page.items), page.has_more)

    async def set_attributes(self, store_id: str, file_id: str, attributes: str) -> None:
        """Replace the attributes of a file."""
        known = (EACH.store == store_id, EACH.file == file_id)
        async with self.database.begin() as connection:
            await connection.execute(update(FILES).where(*known).values(attributes=attributes))

    async def settle(self, connection: AsyncConnection, file: FileRecord) -> None:
        """Keep how a file ended, for its store and for the batches in which it was open."""
        known = (EACH.store == file.store, EACH.file == file.file)
        await connection.execute(
            update(FILES)
            .where(*known)
            .values(
                status=file.status,
                error_code=file.error_code,
                error_message=file.error_message,
                usage_bytes=file.usage_bytes,
            )
        )
        of_batches = (IN.store == file.store, IN.file == file.file, IN.status == "in_progress")
        await connection.execute(update(BATCH_FILES).where(*of_batches).values(status=file.status))

    async def detach(self, connection: AsyncConnection, store_id: str, file_id: str) -> None:
        """Forget a file of a store, or raise `NotFound`."""
        await file_of(connection, store_id, file_id)
        gone = (EACH.store == store_id, EACH.file == file_id)
        await connection.execute(delete(FILES).where(*gone))
        of_batches = (IN.store == store_id, IN.file == file_id, IN.status == "in_progress")
        await connection.execute(update(BATCH_FILES).where(*of_batches).values(status="cancelled"))

    async def add_batch(
        self, connection: AsyncConnection, batch: BatchRecord, file_ids: Sequence[str]
    ) -> None:
        """Keep a new batch of files that are to be put in."""
        await connection.execute(insert(BATCHES).values(values_of(batch)))
        rows = [
            {"batch": batch.id, "file": file, "store": batch.store, "status": "in_progress"}
            for file in file_ids
        ]
        await connection.execute(insert(BATCH_FILES), rows)

    async def batch(self, store_id: str, batch_id: str) -> tuple[BatchRecord, Counted]:
        """Return a batch with its counts, or raise `NotFound`."""
        async with self.database.begin() as connection:
            await store_of(connection, store_id)
            return await batch_of(connection, store_id, batch_id)

    async def cancel_batch(
        self, connection: AsyncConnection, store_id: str, batch_id: str
    ) -> list[str]:
        """Cancel what is open of a batch, and return the ids of those files."""
        open_ = select(IN.file).where(IN.batch == batch_id, IN.status == "in_progress")
        files = list((await connection.execute(open_)).scalars())
        of_store = (EACH.store == store_id, EACH.file.in_(files), EACH.status == "in_progress")
        await connection.execute(update(FILES).where(*of_store).values(status="cancelled"))
        of_batches = (IN.store == store_id, IN.file.in_(files), IN.status == "in_progress")
        await connection.execute(update(BATCH_FILES).where(*of_batches).values(status="cancelled"))
        stopped = update(BATCHES).where(BATCHES.c.id == batch_id).values(cancelled=True)
        await connection.execute(stopped)
        return files

    async def expired_stores(self, now: int) -> list[StoreRecord]:
        """Return the stores that have expired."""
        async with self.database.begin() as connection:
            rows = (await connection.execute(_stores().where(OF.expires_days.is_not(None)))).all()
        return [store for store in (StoreRecord(*row) for row in rows) if store.expired(now)]

    async def fleeting_stores(self) -> list[StoreRecord]:
        """Return the stores with chunks that expire."""
        async with self.database.begin() as connection:
            rows = (await connection.execute(_stores().where(OF.fleeting))).all()
        return [StoreRecord(*row) for row in rows]

    async def make_fleeting(self, store: StoreRecord) -> None:
        """Note that a store has chunks that expire."""
        await self.update_store(replace(store, fleeting=True))


async def store_of(connection: AsyncConnection, store_id: str) -> StoreRecord:
    """Return a store, expired or not, or raise `NotFound`."""
    row = (await connection.execute(_STORE, {"store": store_id})).first()
    if row is None:
        raise _no_store(store_id)
    return StoreRecord(*row)


async def file_of(connection: AsyncConnection, store_id: str, file_id: str) -> FileRecord:
    """Return a file of a store, or raise `NotFound`."""
    wanted = _files().where(EACH.store == store_id, EACH.file == file_id)
    row = (await connection.execute(wanted)).first()
    if row is None:
        await store_of(connection, store_id)
        raise NotFound(
            f"The vector store '{store_id}' has no file '{file_id}'.",
            code="vector_store_file_not_found",
            param="file_id",
        )
    return FileRecord(*row)


async def batch_of(
    connection: AsyncConnection, store_id: str, batch_id: str
) -> tuple[BatchRecord, Counted]:
    """Return a batch with its counts, or raise `NotFound`."""
    wanted = select(*(BATCHES.c[name] for name in BatchRecord.__slots__)).where(
        BATCHES.c.id == batch_id, BATCHES.c.store == store_id
    )
    row = (await connection.execute(wanted)).first()
    if row is None:
        raise NotFound(
            f"The vector store '{store_id}' has no file batch '{batch_id}'.",
            code="vector_store_file_batch_not_found",
            param="batch_id",
        )
    counts = select(IN.status, func.count(), func.count()).where(IN.batch == batch_id)
    rows = (await connection.execute(counts.group_by(IN.status))).all()
    return BatchRecord(*row), _counted(rows)


def _records(kind: Callable[..., RecordT], rows: Iterable[Row[Any]]) -> list[RecordT]:
    return [kind(*row) for row in rows]


def _counted(rows: Sequence[Any]) -> Counted:
    """Return counts from rows of a state, a number of files, and their size."""
    none: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    return Counted(none | {row[0]: row[1] for row in rows}, int(sum(row[2] for row in rows)))


def _stores() -> Select[Any]:
    return select(*(OF[name] for name in StoreRecord.__slots__)).where(OF.tenant == TENANT)


# Each search begins with it: to build it anew, and to find how it was compiled, would take longer than to run it.
_STORE = _stores().where(OF.id == bindparam("store"))


def _files() -> Select[Any]:
    return select(*(EACH[name] for name in FileRecord.__slots__))


def _store_update(store_id: str) -> Any:
    return update(STORES).where(OF.tenant == TENANT, OF.id == store_id)


def _no_store(store_id: str) -> NotFound:
    return NotFound(
        f"There is no vector store '{store_id}'.",
        code="vector_store_not_found",
        param="vector_store_id",
    )
