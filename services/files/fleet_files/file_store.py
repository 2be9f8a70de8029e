"""What is known of files. Each tenant sees its own, and nobody sees one that has expired."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from fleet_files.bytes_kept import Kept
from fleet_files.remains import Place, Remains
from fleet_files.tables import FILES
from fleet_runtime.errors import NotFound
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import TENANT, now_ms

_OF = FILES.c
# How many expired files one transaction forgets.
_PIECE = 500


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file. Times are in Unix milliseconds."""

    id: str
    created: int
    expires: int | None
    filename: str
    content_type: str
    purpose: str
    size: int
    sha256: str
    provider: str
    key: str

    @property
    def kept(self) -> Kept:
        """Where its bytes are."""
        return Kept(self.provider, self.key, self.size, self.sha256)


class FileStore:
    """Keeps what is known of files."""

    def __init__(self, database: Database, remains: Remains) -> None:
        self._database = database
        self._remains = remains

    async def add(self, file: StoredFile) -> None:
        """Let a file be seen whose bytes are there.

        Raises:
            Unavailable: As `Remains.owned`.
        """
        async with self._database.begin() as connection:
            await self._remains.owned(connection, Place(file.provider, file.key))
            await connection.execute(sa.insert(FILES), {"tenant": TENANT, **asdict(file)})

    async def list(self, request: PageRequest, purpose: str | None = None) -> Page[StoredFile]:
        """Return a page of the files, or of those for one purpose.

        Raises:
            InvalidArgument: There is no file `request.after`.
        """
        filters = [] if purpose is None else [_OF.purpose == purpose]
        async with self._database.begin() as connection:
            key = (_OF.created, _OF.id)
            page = await select_page(connection, _visible(), key, request, filters)
        return Page([_read(row) for row in page.items], page.has_more)

    async def get(self, file_id: str) -> StoredFile:
        """Return a file, or raise `NotFound`."""
        query = _visible().where(_OF.id == file_id)
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise _absent(file_id)
        return _read(row)

    async def delete(self, file_id: str) -> None:
        """Forget a file, and have its bytes removed; or raise `NotFound`."""
        which = [_OF.tenant == TENANT, _OF.id == file_id, _lives()]
        if not await self._forget(which):
            raise _absent(file_id)

    async def expire(self) -> int:
        """Forget some of the files that have expired, and have their bytes removed; return how many."""
        # Whoever sweeps at the same time takes others.
        some = (
            sa.select(_OF.tenant, _OF.id)
            .where(_OF.expires <= now_ms())
            .limit(_PIECE)
            .with_for_update(skip_locked=True)
            .cte("some")  # else Postgres may look for them more than once
        )
        return await self._forget([sa.tuple_(_OF.tenant, _OF.id).in_(sa.select(some))])

    async def _forget(self, which: Sequence[sa.ColumnElement[bool]]) -> int:
        gone = sa.delete(FILES).where(*which).returning(_OF.provider, _OF.key)
        async with self._database.begin() as connection:
            places = [Place(*row) for row in await connection.execute(gone)]
            await self._remains.left(connection, places)
        return len(places)


def _lives() -> sa.ColumnElement[bool]:
    return sa.or_(_OF.expires.is_(None), _OF.expires > now_ms())


def _visible() -> sa.Select[Any]:
    return sa.select(FILES).where(_OF.tenant == TENANT, _lives())


def _read(row: sa.Row[Any]) -> StoredFile:
    fields = row._asdict()
    del fields["tenant"]
    return StoredFile(**fields)


def _absent(file_id: str) -> NotFound:
    return NotFound(f"No such File object: {file_id}", code="file_not_found", param="file_id")
