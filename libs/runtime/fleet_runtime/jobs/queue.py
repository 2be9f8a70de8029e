"""The table of jobs of one service.

A job is worked on under one claim at a time, for as long as its owner gives signs of life. A job that is put in again
while somebody works on it is done once more afterwards, by the payload that it has then.

A process that was paused does not know that its claim has passed to another. It may go on for a while, but it can
finish nothing: each claim has a name of its own, and the table knows the last one.
"""

import json
import uuid
from collections.abc import AsyncGenerator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_runtime.access.caller import ANONYMOUS, Caller, current, told
from fleet_runtime.store import Database
from fleet_runtime.store.rows import insert_into, now_ms

# How many keys are named in one statement.
_PIECE = 500
# U+001E, the record separator, which JSON writes as an escape: around who put a job in, before its payload.
_MARK = "\x1e"


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that this process has claimed.

    Attributes:
        key: Names it.
        payload: What is to be done, as its owner wrote it.
        version: How often it was put in.
        attempts: How often it was claimed since it was last put in, this time included.
        claim: The name of this claim, which no other ever has.
        caller: On whose behalf it was put in.
    """

    key: str
    payload: str
    version: int
    attempts: int
    claim: str
    caller: Caller = ANONYMOUS


class TakenAwayError(Exception):
    """Somebody else works on the job now, or nobody is to."""


@dataclass(frozen=True, slots=True)
class Depth:
    """What there is in a table of jobs.

    Attributes:
        waiting: How many could be claimed now, those included that a process left when it died.
        working: How many somebody works on.
        postponed: How many are to be tried again later.
        oldest: For how long the one has waited that has done so longest, in seconds.
    """

    waiting: int
    working: int
    postponed: int
    oldest: float


def job_table(name: str, metadata: MetaData) -> Table:
    """Return the table of jobs called `name`; migrations create it from this."""
    return Table(
        name,
        metadata,
        Column("key", Text, primary_key=True),
        Column("payload", Text, nullable=False),
        Column("version", Integer, nullable=False),
        # The claim under which it is worked on.
        Column("owner", Text),
        # When others may claim it, in Unix milliseconds: not while its owner lives.
        Column("due", BigInteger, nullable=False, index=True),
        Column("attempts", Integer, nullable=False),
    )


class JobQueue:
    """Puts jobs in, hands them out, and takes them out.

    Args:
        database: Where the table is.
        name: What the table, and the topic on which new jobs are announced, is called.

    Attributes:
        name: The same.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self.name = name
        self._jobs = job_table(name, MetaData())

    async def put(self, connection: AsyncConnection, jobs: Iterable[tuple[str, str]]) -> None:
        """Put in jobs, each a key and a payload, with the transaction of `connection`, and tell those who work.

        One that is in already gets the new payload. It is due at once, or if somebody works on it, right afterwards.
        """
        now = _now()
        rows = [
            {"key": key, "payload": _signed(payload), "version": 1, "due": now, "attempts": 0}
            # By key, as in `hold`: transactions that lock rows in one order cannot wait for each other.
            for key, payload in sorted(dict(jobs).items())
        ]
        if not rows:
            return
        each, insert = self._jobs.c, insert_into(self._jobs, connection.dialect.name)
        is_postponed = each.owner.is_(None) & (each.due > insert.excluded.due)
        again = {
            "payload": insert.excluded.payload,
            "version": each.version + 1,
            "due": sa.case((is_postponed, insert.excluded.due), else_=each.due),
            "attempts": 0,
        }
        upsert = insert.on_conflict_do_update(index_elements=["key"], set_=again)
        await connection.execute(upsert, rows)
        await self._database.announce(connection, self.name)

    async def remove(self, connection: AsyncConnection, keys: Sequence[str]) -> None:
        """Take jobs out, whoever works on them: at their next sign of life they learn of it."""
        for start in range(0, len(keys), _PIECE):
            named = self._jobs.c.key.in_(keys[start : start + _PIECE])
            await connection.execute(sa.delete(self._jobs).where(named))

    async def withdraw(self, connection: AsyncConnection, keys: Sequence[str]) -> list[str]:
        """Take out those of some jobs that nobody works on, and return their keys. The others go on."""
        each = self._jobs.c
        gone: list[str] = []
        for start in range(0, len(keys), _PIECE):
            idle = (
                sa.select(each.key)
                .where(each.key.in_(keys[start : start + _PIECE]), each.owner.is_(None))
                # One that is locked is being claimed.
                .with_for_update(skip_locked=True)
            )
            taken_out = sa.delete(self._jobs).where(each.key.in_(idle)).returning(each.key)
            gone += (await connection.execute(taken_out)).scalars()
        return gone

    async def finish(self, connection: AsyncConnection, job: Job) -> bool:
        """Take out a job that is done, with the transaction of `connection` that keeps what came of it.

        Returns:
            Whether it was this claim's to finish. If not, nothing of it may be kept, but the transaction should hold:
            somebody else has it, or it was taken out, or put in again, in which case it is due at once.
        """
        ours = self._ours(job)
        gone = sa.delete(self._jobs).where(*ours, self._jobs.c.version == job.version)
        if (await connection.execute(gone)).rowcount:
            return True
        again = sa.update(self._jobs).where(*ours).values(owner=None, due=_now())
        if (await connection.execute(again)).rowcount:
            await self._database.announce(connection, self.name)
        return False

    async def is_ours(self, connection: AsyncConnection, job: Job) -> bool:
        """Whether a claim is still good, and stays so until the transaction of `connection` ends."""
        ours = self._ours(job)
        if connection.dialect.name == "sqlite":
            # It locks nothing for who reads, so it is written to.
            touched = sa.update(self._jobs).where(*ours).values(owner=job.claim)
            return (await connection.execute(touched)).rowcount > 0
        claimed = sa.select(self._jobs.c.key).where(*ours).with_for_update()
        return (await connection.execute(claimed)).first() is not None

    async def fence(self, connection: AsyncConnection, job: Job) -> None:
        """Make sure that a claim is still good, and stays so until the transaction of `connection` ends.

        Raises:
            TakenAwayError: It is not.
        """
        if not await self.is_ours(connection, job):
            raise TakenAwayError

    async def is_full(self, connection: AsyncConnection, most: int) -> bool:
        """Whether there are `most` jobs or more."""
        some = sa.select(self._jobs.c.key).limit(most).subquery()
        count = await connection.execute(sa.select(sa.func.count()).select_from(some))
        return count.scalar_one() >= most

    async def depth(self) -> Depth:
        """Return what there is now."""
        each, now = self._jobs.c, _now()
        is_due, is_claimed = each.due <= now, each.owner.is_not(None)
        count = sa.func.count()
        counted = sa.select(
            count.filter(is_due).label("waiting"),
            count.filter(~is_due, is_claimed).label("working"),
            count.filter(~is_due, ~is_claimed).label("postponed"),
            sa.func.min(each.due).filter(is_due).label("first"),
        ).select_from(self._jobs)
        async with self._database.begin() as connection:
            row = (await connection.execute(counted)).one()
        oldest = 0.0 if row.first is None else (now - row.first) / 1000
        return Depth(row.waiting, row.working, row.postponed, oldest)

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield soon after jobs were put in, and now and then besides."""
        return self._database.changes(self.name)

    async def claim(self, owner: str, lease: float, besides: Collection[str] = ()) -> Job | None:
        """Claim the job that has been due longest, for `lease` seconds; nothing if none is due.

        Args:
            owner: Who claims it; a name without `/`.
            lease: How long it is kept from others.
            besides: Keys that are not wanted.
        """
        async with self._begin() as connection:
            claimed = self._claimed(f"{owner}/{uuid.uuid4().hex}", lease, besides)
            row = (await connection.execute(claimed)).first()
        if row is None:
            return None
        caller, payload = _read(row.payload)
        return Job(row.key, payload, row.version, row.attempts, row.owner, caller)

    def _claimed(self, claim: str, lease: float, besides: Collection[str]) -> sa.UpdateBase:
        each, now = self._jobs.c, _now()
        first = (
            sa.select(each.key)
            .where(each.due <= now, each.key.not_in(besides))
            .order_by(each.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return (
            sa.update(self._jobs)
            .where(each.key == first.scalar_subquery())
            .values(owner=claim, due=_at(now, lease), attempts=each.attempts + 1)
            .returning(each.key, each.payload, each.version, each.attempts, each.owner)
        )

    async def hold(self, jobs: Sequence[Job], lease: float) -> frozenset[str]:
        """Keep some jobs for `lease` seconds more, and return the claims that are still good."""
        each = self._jobs.c
        ours = (
            sa.select(each.key)
            .where(
                each.key.in_([job.key for job in jobs]), each.owner.in_([job.claim for job in jobs])
            )
            .order_by(each.key)
            .with_for_update()
        )
        kept = sa.update(self._jobs).where(each.key.in_(ours)).returning(each.owner)
        async with self._begin() as connection:
            held = await connection.execute(kept.values(due=_at(_now(), lease)))
            return frozenset(held.scalars())

    async def release(self, owner: str) -> None:
        """Let others have at once what `owner` has claimed; this was no attempt that failed."""
        each = self._jobs.c
        # None if it was put in again meanwhile.
        before = sa.case((each.attempts > 0, each.attempts - 1), else_=0)
        released = (
            sa.update(self._jobs)
            .where(each.owner.startswith(f"{owner}/"))
            .values(owner=None, due=_now(), attempts=before)
        )
        async with self._database.begin() as connection:
            await connection.execute(released)
            await self._database.announce(connection, self.name)

    async def postpone(self, job: Job, seconds: float) -> None:
        """Let whoever comes first have a job, `seconds` from now; at once if it was put in again meanwhile."""
        now = _now()
        due = sa.case((self._jobs.c.version == job.version, _at(now, seconds)), else_=now)
        postponed = sa.update(self._jobs).where(*self._ours(job)).values(owner=None, due=due)
        async with self._database.begin() as connection:
            await connection.execute(postponed)

    @asynccontextmanager
    async def _begin(self) -> AsyncGenerator[AsyncConnection, None]:
        """Open a transaction that has waited already for who else writes.

        A lease that is counted from before that wait would be over too soon, perhaps before anybody knew of it.
        """
        async with self._database.begin() as connection:
            if connection.dialect.name == "sqlite":
                await connection.execute(sa.text("BEGIN IMMEDIATE"))
            yield connection

    def _ours(self, job: Job) -> list[sa.ColumnElement[bool]]:
        return [self._jobs.c.key == job.key, self._jobs.c.owner == job.claim]


class _Signature(dict[str, str]):
    """The headers that say on whose behalf a job is."""

    def header(self, name: str) -> str | None:
        """Return the header of that name."""
        return self.get(name)


def _signed(payload: str) -> str:
    """Return a payload as it is kept: on whose behalf, if on anybody's, and then what."""
    headers = current().headers()
    return f"{_MARK}{json.dumps(dict(headers))}{_MARK}{payload}" if headers else payload


def _read(kept: str) -> tuple[Caller, str]:
    """Return on whose behalf a job is, and its payload."""
    if not kept.startswith(_MARK):
        return ANONYMOUS, kept
    _, headers, payload = kept.split(_MARK, 2)
    return told(_Signature(json.loads(headers))), payload


def _now() -> int:
    """Return the time, in Unix milliseconds.

    Clocks of different machines may differ: then a lease is so much longer or shorter for others, and no more.
    """
    return now_ms()


def _at(now: int, seconds: float) -> int:
    return now + round(seconds * 1000)
