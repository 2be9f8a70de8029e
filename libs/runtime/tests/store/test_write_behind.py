"""Writing behind the answer loses nothing silently, and holds up nobody for ever."""

import asyncio

import pytest
from structlog.testing import capture_logs

from fleet_runtime.errors import Unavailable
from fleet_runtime.store import WriteBehind
from fleet_runtime.store.write_behind import Limits


class Sink:
    """Where things are written: can be slow, away, or refuse some of them."""

    def __init__(self):
        self.batches = []
        self.open = asyncio.Event()
        self.open.set()
        self.outages = 0
        self.refused = set()

    @property
    def written(self):
        return [item for batch in self.batches for item in batch]

    async def write(self, batch):
        await self.open.wait()
        if self.outages:
            self.outages -= 1
            raise Unavailable("away")
        if self.refused & set(batch):
            raise ValueError("a prompt")
        self.batches.append(list(batch))


@pytest.fixture
def sink():
    return Sink()


def behind(sink, **limits):
    return WriteBehind(sink.write, str, Limits(**limits))


async def test_all_is_written_when_the_block_ends(sink):
    """A service that is stopped still writes what it answered."""
    queue = behind(sink)
    async with queue.running():
        for item in range(1000):
            await queue.put(item)

    assert set(range(1000)) == set(sink.written)
    assert 0 == queue.lost


async def test_items_are_written_in_batches(sink):
    """One transaction an item would bound the service by the disk's latency."""
    queue = behind(sink, batch=10)
    async with queue.running():
        for item in range(100):
            await queue.put(item)

    assert {10} == {len(batch) for batch in sink.batches}


async def test_full_queue_makes_callers_wait(sink):
    """Memory is bounded, and waiting is better than losing."""
    queue = behind(sink, queue=2, batch=1, writers=1)
    sink.open.clear()
    async with queue.running():
        puts = [asyncio.create_task(queue.put(item)) for item in range(5)]
        await asyncio.sleep(0)
        sink.open.set()
        await asyncio.gather(*puts)

    assert list(range(5)) == sink.written


async def test_wait_for_room_is_bounded(sink):
    """A database that hangs must not hang the answers."""
    queue = behind(sink, queue=1, batch=1, writers=1, patience=0.05)
    sink.open.clear()
    with capture_logs() as logs:
        async with queue.running():
            await asyncio.gather(*(queue.put(item) for item in range(5)))
            lost = queue.lost
            sink.open.set()

    assert lost == queue.lost == 5 - len(sink.written)
    assert {"write.lost"} == {entry["event"] for entry in logs}


async def test_outage_is_waited_out(sink):
    """The database restarts now and then."""
    queue = behind(sink)
    sink.outages = 3
    async with queue.running():
        await queue.put(1)

    assert [1] == sink.written


async def test_long_outage_loses_loudly(sink):
    """What is lost is counted, and can be found by its id."""
    queue = behind(sink, outage=0.05)
    sink.outages = 1000
    with capture_logs() as logs:
        async with queue.running():
            await queue.put(7)

    assert 1 == queue.lost
    assert ["7"] == [entry["id"] for entry in logs]


async def test_refused_item_costs_only_itself(sink):
    """A batch is of different callers; and the log must not quote any of them."""
    queue = behind(sink, writers=1)
    sink.refused = {3}
    with capture_logs() as logs:
        async with queue.running():
            for item in range(6):
                await queue.put(item)

    assert [0, 1, 2, 4, 5] == sorted(sink.written)
    assert [("3", "ValueError")] == [(entry["id"], entry["cause"]) for entry in logs]


async def test_what_comes_after_the_end_is_lost_loudly(sink):
    """A call that outlives the drain must not believe that it was stored."""
    queue = behind(sink)
    async with queue.running():
        pass
    with capture_logs() as logs:
        await queue.put(1)

    assert 1 == queue.lost == len(logs)


async def test_drain_is_bounded_and_says_what_it_left(sink):
    """A pod that does not stop is killed, and then nobody says anything."""
    queue = behind(sink, drain=0.05, batch=2, writers=1)
    sink.open.clear()
    async with queue.running():
        for item in range(5):
            await queue.put(item)

    assert 5 == queue.lost
