"""`remote::pgvector` keeps the contract of vector stores on a real Postgres, with and without an index."""

import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import psycopg
import pytest

from fleet_runtime.errors import NotFound, Unavailable, Unimplemented
from fleet_runtime.postgres.embedded import EmbeddedPostgres
from fleet_testing.vector_store_contract import VectorStoreContract
from fleet_testing.vector_stores.samples import DIMENSION, ids, nearest, numbered, vectors
from fleet_testing.vector_stores.setting import new_collection
from fleet_vector_io.filters import Order
from fleet_vector_io.provider import EVERYTHING, ByMeaning, Selection
from fleet_vector_io.providers.pgvector import PgVector

pytestmark = pytest.mark.slow

# Built in seconds, and such that what is found along it is often not the nearest.
CHEAP = {"type": "HNSW", "m": 8, "ef_construction": 20}


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """Where a Postgres is that runs while the module's tests do."""
    data = tmp_path_factory.mktemp("postgres")
    module = ["-m", "fleet_runtime.postgres.embedded", "--data", str(data)]
    with subprocess.Popen([sys.executable, *module]) as process:
        url = EmbeddedPostgres(data).url
        wait_for(url)
        yield url
        process.terminate()


def wait_for(url):
    """Wait until the extension is there, which is the last that comes."""
    deadline = time.monotonic() + 60
    while not has_pgvector(url):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def has_pgvector(url):
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute("SELECT to_regtype('vector')").fetchone()[0] is not None
    except psycopg.OperationalError:
        return False


def opened(url, **settings):
    return PgVector(PgVector.Config(url=url, pool_min_size=1, pool_max_size=4, **settings))


@pytest.fixture
async def store(postgres):
    """A store in a schema of its own, whose collections get an index with their tenth chunk."""
    store = opened(postgres, index_from=10, db_schema="alone")
    yield store
    await store.aclose()


async def test_filters_miss_nothing_where_there_is_an_index(postgres):
    """An index gives out neighbours whatever a filter says of them, and ends when it has given out enough."""
    store, collection = opened(postgres, db_schema="crowd", vector_index=CHEAP), new_collection()
    await store.create(collection)
    chunks = [replace(chunk, attributes={"n": n}) for n, chunk in enumerate(numbered(25_000))]
    await store.put(collection, chunks)

    assert 1 == vector_indexes(postgres, "crowd")
    for selection, least, most in (
        (below(250), 0, 250),
        (below(4), 0, 4),
        (Selection(file_ids=["file-7", "file-8"]), 70, 90),
    ):
        assert 1 == await recall(store, collection, selection, chunks[least:most])
    await store.aclose()


async def test_what_is_selected_may_be_far_away(postgres, early_end):
    """As with the documents of one customer among those of others: the index gives up before it comes to them."""
    store = opened(postgres, db_schema="far", index_from=10, vector_index=CHEAP)
    collection = new_collection()
    await store.create(collection)
    asked = np.zeros(DIMENSION, np.float32)
    asked[0] = 20
    near, far = numbered(1_000), numbered(5_100, seed=1)
    near = [replace(chunk, embedding=chunk.embedding + asked) for chunk in near]
    far = [
        replace(chunk, id=f"far{n}", embedding=chunk.embedding - asked, attributes={"n": 1})
        for n, chunk in enumerate(far)
    ]
    await store.put(collection, near + far)
    hits = await store.search(collection, ByMeaning(asked, 10, below(2)))
    await store.aclose()

    assert nearest(asked, far, 10) == ids(hits)


@pytest.fixture
def early_end(postgres):
    """Let searches along an index end early."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("SELECT '[1]'::public.vector")  # it brings the setting
        connection.execute("ALTER ROLE CURRENT_USER SET hnsw.max_scan_tuples = 500")
        yield
        connection.execute("ALTER ROLE CURRENT_USER RESET hnsw.max_scan_tuples")


def below(most):
    return Selection(condition=Order("lt", "n", most))


async def recall(store, collection, selection, chunks):
    """Return the part of the ten nearest of `chunks` that is found, for some vectors."""
    found = wanted = 0
    for asked in vectors(20, seed=2):
        best = nearest(asked, chunks, 10)
        hits = await store.search(collection, ByMeaning(asked, 10, selection))
        found += len(set(best) & set(ids(hits)))
        wanted += len(best)
    return found / wanted


async def test_broken_connections_are_replaced_before_anybody_notices(store, postgres):
    """Postgres restarts and fails over; what is asked next must not fail for that."""
    collection = new_collection()
    await store.create(collection)
    await store.put(collection, numbered(5))
    with psycopg.connect(postgres) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = current_user AND pid <> pg_backend_pid()"
        )

    assert 5 == len(await store.chunks(collection, EVERYTHING))


async def test_an_index_comes_when_there_is_enough_to_index(store, postgres):
    """Small collections are searched exactly, and pay for no index; large ones must not stay without."""
    collection = new_collection()
    await store.create(collection)
    before = vector_indexes(postgres)
    await store.put(collection, numbered(9))

    assert before == vector_indexes(postgres)

    await store.put(collection, numbered(10))

    assert before + 1 == vector_indexes(postgres)


async def test_an_absent_server_is_unavailable():
    """Callers may try again; they must not wait for ever."""
    store = PgVector(PgVector.Config(host="127.0.0.1", port=1, pool_timeout=0.3))
    with pytest.raises(Unavailable):
        await store.chunks(new_collection(), EVERYTHING)
    await store.aclose()


async def test_what_was_dropped_is_not_found(store):
    """A store that another replica deletes in the middle of a search is 404, no bug."""
    with pytest.raises(NotFound):
        await store.search(new_collection(), ByMeaning(vectors(1)[0], 1))


async def test_too_many_dimensions_are_refused(store):
    """At once, and with what would help, instead of at the first put."""
    with pytest.raises(Unimplemented):
        await store.create(new_collection(16_001))


def vector_indexes(url, schema="alone"):
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT count(*) FROM pg_indexes WHERE schemaname = %s AND indexdef LIKE '%%hnsw%%'",
            (schema,),
        ).fetchone()[0]


class TestDefault(VectorStoreContract):
    @pytest.fixture
    def new_store(self, postgres):
        return lambda: opened(postgres)


class TestHnsw(VectorStoreContract):
    """With an index from the first chunk on."""

    @pytest.fixture
    def new_store(self, postgres):
        return lambda: opened(postgres, index_from=1, db_schema="hnsw")


class TestIvfFlat(VectorStoreContract):
    """With an index from the first chunk on, all of whose lists are looked through."""

    @pytest.fixture
    def new_store(self, postgres):
        index = {"type": "IVFFlat", "nlist": 10, "nprobe": 10}
        return lambda: opened(postgres, index_from=1, db_schema="ivf", vector_index=index)
