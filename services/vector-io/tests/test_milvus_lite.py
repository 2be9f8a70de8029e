"""The contract of vector stores, on Milvus Lite in this process."""

import asyncio
import json
import os
import sys

import pytest

from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_vector_io.providers.milvus_lite import MilvusLite

pytestmark = pytest.mark.slow

PUT_AND_WAIT = "fleet_testing.vector_stores.put_and_wait"


class TestMilvusLite(VectorStoreContract):
    """In this process, with the files of a folder."""

    shared = False
    many_elsewhere = "test_milvus"

    @pytest.fixture
    def new_store(self, tmp_path):
        return lambda: MilvusLite(MilvusLite.Config(db_path=tmp_path / "milvus.db"))


async def test_a_killed_process_leaves_no_socket_for_long(tmp_path_factory):
    """They would gather among the temporary files, each start and each crash one more."""
    folder, temporary = tmp_path_factory.mktemp("db"), tmp_path_factory.mktemp("temporary")
    await killed(folder, temporary)
    (left,) = sockets(folder)

    assert [] == list(temporary.iterdir())

    store = MilvusLite(MilvusLite.Config(db_path=folder))
    try:
        assert left not in sockets(folder)
        assert 1 == len(sockets(folder))
    finally:
        await store.aclose()
    assert [] == sockets(folder)


async def test_only_its_own_user_may_open_the_socket(tmp_path_factory):
    """Whoever can open it reads and changes all that is kept."""
    folder = tmp_path_factory.mktemp("db")
    store = MilvusLite(MilvusLite.Config(db_path=folder))
    try:
        assert 0o700 == (folder / "sockets").stat().st_mode & 0o777
    finally:
        await store.aclose()


async def test_a_long_path_is_no_trouble(tmp_path):
    """A socket's path has some hundred bytes at most, wherever somebody wants to keep chunks."""
    folder = tmp_path / ("long" * 25)
    store = MilvusLite(MilvusLite.Config(db_path=folder))
    await store.aclose()

    assert not (folder / "sockets").exists()


def sockets(folder):
    return list((folder / "sockets").iterdir())


async def killed(folder, temporary):
    """Have another process open the folder, and kill it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", PUT_AND_WAIT, "inline::milvus"),
        *(json.dumps({"db_path": str(folder)}), "vs_killed"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    said = await process.stdout.readline()
    process.kill()
    await process.wait()
    assert b"done\n" == said
