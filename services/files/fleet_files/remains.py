"""Bytes that belong to no file: not yet, or no longer. Whoever sees them first, once they are due, removes them.

They are written down before a provider gets them, and struck out by the transaction that gives them an owner; and
written down again by the one that takes the owner away. So there are no bytes that nobody would ever remove, whatever
dies when, and none are removed that somebody owns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_files.tables import REMAINS
from fleet_runtime.errors import Unavailable
from fleet_runtime.store import Database
from fleet_runtime.store.rows import now_ms

_OF = REMAINS.c
# In milliseconds: how long whoever has begun to remove bytes may take, before another does it again.
_LEASE = 120_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where bytes are: the id of a provider, and its key for them or the file's id."""

    provider: str
    key: str


class Remains:
    """Keeps track of bytes without an owner."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def expect(self, place: Place, seconds: float) -> None:
        """Write down bytes that are about to come, for which somebody is here for `seconds`."""
        due = now_ms() + round(seconds * 1000)
        async with self._database.begin() as connection:
            await connection.execute(sa.insert(REMAINS), _row(place, due))

    async def moved(self, place: Place, key: str) -> Place:
        """Note that the provider has chosen a key of its own."""
        changed = sa.update(REMAINS).where(*_at(place)).values(key=key)
        async with self._database.begin() as connection:
            await connection.execute(changed)
        return Place(place.provider, key)

    async def owned(self, connection: AsyncConnection, place: Place) -> None:
        """Strike out bytes which the transaction of `connection` gives an owner.

        Raises:
            Unavailable: They took so long that somebody has begun to remove them.
        """
        gone = await connection.execute(sa.delete(REMAINS).where(*_at(place)))
        if not gone.rowcount:
            raise Unavailable("The upload took too long; try again.", code="upload_too_slow")

    async def left(self, connection: AsyncConnection, places: Sequence[Place]) -> None:
        """Write down bytes whose owner the transaction of `connection` takes away."""
        if places:
            now = now_ms()
            await connection.execute(sa.insert(REMAINS), [_row(place, now) for place in places])

    async def give_up(self, place: Place) -> None:
        """Have bytes removed at once that got no owner. If they have one, it keeps them."""
        soon = sa.update(REMAINS).where(*_at(place)).values(due=now_ms())
        async with self._database.begin() as connection:
            await connection.execute(soon)

    async def claim(self, providers: Sequence[str]) -> Place | None:
        """Return bytes of one of `providers` that are due, for the caller to remove; nothing if there are none."""
        now = now_ms()
        first = (
            sa.select(_OF.provider, _OF.key)
            .where(_OF.due <= now, _OF.provider.in_(providers))
            .order_by(_OF.due)
            .limit(1)
            .with_for_update(skip_locked=True)
            .cte("first")  # else Postgres may look for it more than once
        )
        claimed = (
            sa.update(REMAINS)
            .where(sa.tuple_(_OF.provider, _OF.key).in_(sa.select(first)))
            .values(due=now + _LEASE)
            .returning(_OF.provider, _OF.key)
        )
        async with self._database.begin() as connection:
            row = (await connection.execute(claimed)).first()
        return Place(*row) if row else None

    async def removed(self, place: Place) -> None:
        """Strike out bytes that are gone."""
        async with self._database.begin() as connection:
            await connection.execute(sa.delete(REMAINS).where(*_at(place)))


def _at(place: Place) -> list[sa.ColumnElement[bool]]:
    return [_OF.provider == place.provider, _OF.key == place.key]


def _row(place: Place, due: int) -> dict[str, str | int]:
    return {"provider": place.provider, "key": place.key, "due": due}
