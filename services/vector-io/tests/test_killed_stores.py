"""What inline stores have done outlives their process."""

import asyncio
import json
import sys

import pytest

from fleet_runtime.config import validate
from fleet_runtime.providers import find
from fleet_testing.vector_stores.put_and_wait import DELETED, PUT
from fleet_testing.vector_stores.samples import DIMENSION, ids, numbered
from fleet_vector_io.provider import EVERYTHING, ByMeaning, ByWords, Collection

pytestmark = pytest.mark.slow

PLACES = {"inline::chromadb": "db_path", "inline::milvus": "db_path", "inline::qdrant": "path"}


@pytest.mark.parametrize("name", PLACES)
async def test_a_killed_process_loses_nothing_that_was_done(name, tmp_path):
    """A job counts a batch as done when `put` returns, and never puts it again."""
    settings = {PLACES[name]: str(tmp_path / "store.db")}
    collection = Collection("vs_killed", DIMENSION)
    await _put_and_killed(name, settings, collection)
    kind = find("fleet.vector_io", name)
    store = kind(validate(kind.Config, settings))
    left = [chunk for chunk in numbered(PUT) if chunk.id != DELETED]

    try:
        assert sorted(ids(left)) == sorted(ids(await store.chunks(collection, EVERYTHING)))
        [hit] = await store.search(collection, ByMeaning(left[7].embedding, 1))
        assert left[7].id == hit.chunk.id
        assert len(left) == len(await store.search(collection, ByWords("chunk", 1000)))
    finally:
        await store.aclose()


# Qdrant's library then leaves it to the garbage collector to close its lock file.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", ["inline::milvus", "inline::qdrant"])
async def test_a_folder_that_is_open_is_refused(name, tmp_path):
    """Two processes at one folder would undo each other's work."""
    settings = {PLACES[name]: str(tmp_path / "store.db")}
    kind = find("fleet.vector_io", name)
    first = kind(validate(kind.Config, settings))

    with pytest.raises(Exception, match="run one replica"):
        kind(validate(kind.Config, settings))
    await first.aclose()


async def _put_and_killed(name, settings, collection):
    """Have another process put chunks in, and kill it once it says that they are."""
    module = "fleet_testing.vector_stores.put_and_wait"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, name, json.dumps(settings), collection.id),
        stdout=asyncio.subprocess.PIPE,
    )
    said = await process.stdout.readline()
    process.kill()
    await process.wait()
    assert b"done\n" == said
