"""`inline::sqlite-vec` keeps the contract of vector stores."""

import asyncio
import signal
import sys

import pytest

from fleet_runtime.errors import NotFound
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import numbered, vectors
from fleet_testing.vector_stores.setting import new_collection
from fleet_vector_io.provider import EVERYTHING, ByMeaning, Collection
from fleet_vector_io.providers.sqlite_vec import SqliteVec

pytestmark = pytest.mark.slow


async def test_what_was_dropped_is_not_found(tmp_path):
    """A store that another replica deletes in the middle of a search is 404, no bug."""
    store, other = (SqliteVec(SqliteVec.Config(db_path=tmp_path / "chunks.db")) for _ in range(2))
    collection = new_collection()
    await store.create(collection)
    await store.put(collection, numbered(3))

    assert 1 == len(await store.search(collection, ByMeaning(vectors(1)[0], 1)))

    await other.drop(collection)
    with pytest.raises(NotFound):
        await store.search(collection, ByMeaning(vectors(1)[0], 1))
    await store.aclose()
    await other.aclose()


PUT_AND_DIE = """
import asyncio, os, signal, sys
from fleet_testing.vector_stores.samples import numbered
from fleet_vector_io.provider import Collection
from fleet_vector_io.providers.sqlite_vec import SqliteVec

async def main():
    store = SqliteVec(SqliteVec.Config(db_path=sys.argv[1]))
    await store.create(Collection("kept", 32))
    await store.put(Collection("kept", 32), numbered(50))
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_put_outlives_a_killed_process(tmp_path):
    """A put that has returned holds: ingestion goes on after it, and does not come back."""
    path = tmp_path / "chunks.db"
    command = (sys.executable, "-c", PUT_AND_DIE, str(path))
    process = await asyncio.create_subprocess_exec(*command)

    assert -signal.SIGKILL == await asyncio.wait_for(process.wait(), 60)

    store = SqliteVec(SqliteVec.Config(db_path=path))

    assert 50 == len(await store.chunks(Collection("kept", 32), EVERYTHING))

    await store.aclose()


class TestSqliteVec(VectorStoreContract):
    @pytest.fixture
    def new_store(self, tmp_path):
        return lambda: SqliteVec(SqliteVec.Config(db_path=tmp_path / "folder/chunks.db"))
