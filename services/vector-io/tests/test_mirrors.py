"""Collections in memory make room for each other, and for nobody who is in use."""

import threading

import apsw
import pytest

from fleet_runtime.errors import NotFound
from fleet_testing.vector_stores.samples import DIMENSION, numbered, vectors
from fleet_vector_io.filters import Order
from fleet_vector_io.in_memory.flat import FlatSource
from fleet_vector_io.in_memory.lock import SharedLock
from fleet_vector_io.in_memory.mirrors import Mirrors
from fleet_vector_io.provider import ByMeaning, Collection, Selection
from fleet_vector_io.sqlite.tables import COLLECTIONS, Tables

FITS = 4000  # of 169 bytes each in a MiB: one collection does, two do not
ANY = ByMeaning(vectors(1)[0], 10)
FIRST, SECOND = Collection("first", DIMENSION), Collection("second", DIMENSION)


@pytest.fixture(scope="module")
def connection():
    """A file with two collections."""
    connection = apsw.Connection(":memory:")
    connection.execute(COLLECTIONS)
    for collection in (FIRST, SECOND):
        put(connection, collection, numbered(FITS))
    yield connection
    connection.close()


def put(connection, collection, chunks):
    """Put chunks into a collection, which is made if need be."""
    with connection:
        table = "CREATE TABLE vectors_# (n INTEGER PRIMARY KEY, embedding BLOB NOT NULL)"
        Tables.create(connection, collection, table)
        Tables(connection, collection).put(chunks)


def source(collection):
    return FlatSource(collection.dimension)


def mirrors(mib, idle_seconds):
    return Mirrors(source, mib, idle_seconds=idle_seconds)


@pytest.fixture
def ready(connection):
    """Mirrors that show the first collection."""
    ready = mirrors(1, idle_seconds=60)
    ready.nearest(connection, FIRST, ANY)
    return ready


def test_what_is_idle_makes_room(connection):
    """Else the first stores after a start would keep the memory for ever."""
    both = mirrors(1, idle_seconds=0)

    assert 10 == len(both.nearest(connection, FIRST, ANY))
    assert 10 == len(both.nearest(connection, SECOND, ANY))
    assert 10 == len(both.nearest(connection, FIRST, ANY))


def test_what_is_in_use_stays(connection):
    """Stores that push each other out would be read anew for each search."""
    both = mirrors(1, idle_seconds=60)

    assert 10 == len(both.nearest(connection, FIRST, ANY))
    assert both.nearest(connection, SECOND, ANY) is None
    assert 10 == len(both.nearest(connection, FIRST, ANY))


def test_what_is_forgotten_makes_room(connection):
    """A store that was dropped takes no memory."""
    both = mirrors(1, idle_seconds=60)
    both.nearest(connection, FIRST, ANY)

    both.forget(FIRST)

    assert 10 == len(both.nearest(connection, SECOND, ANY))


def test_what_is_larger_than_all_memory_pushes_nobody_out(connection):
    """It could not be in memory anyway."""
    one = mirrors(1, idle_seconds=0)
    one.nearest(connection, FIRST, ANY)
    larger = Collection("larger", DIMENSION)
    put(connection, larger, numbered(2 * FITS))

    assert one.nearest(connection, larger, ANY) is None
    assert 10 == len(one.nearest(connection, FIRST, ANY))


def test_a_store_that_outgrows_the_memory_leaves_it(connection):
    """What it took is there for others."""
    both = mirrors(1, idle_seconds=60)
    growing = Collection("growing", DIMENSION)
    put(connection, growing, numbered(FITS))
    assert 10 == len(both.nearest(connection, growing, ANY))
    put(connection, growing, numbered(2 * FITS)[FITS:])

    assert both.nearest(connection, growing, ANY) is None
    assert 10 == len(both.nearest(connection, FIRST, ANY))


def test_what_is_quick_is_found_at_once_as_exactly(ready, connection):
    """To hand it to a thread takes longer than to find it."""
    assert ready.nearest(connection, FIRST, ANY) == ready.at_once(connection, FIRST, ANY)


@pytest.mark.parametrize(
    "query",
    [
        ByMeaning(ANY.vector, 101),
        ByMeaning(ANY.vector, 10, Selection(condition=Order("lt", "n", 700))),
        ByMeaning(ANY.vector, 10, Selection(ids=["0"])),
    ],
    ids=["many hits", "a filter", "some chunks"],
)
def test_what_may_take_long_is_not_found_at_once(ready, connection, query):
    """Other callers would wait for it."""
    assert ready.at_once(connection, FIRST, query) is None


def test_a_large_collection_is_not_searched_at_once(connection):
    """Other callers would wait for that, too."""
    careful = Mirrors(source, 1, quick_bytes=100 * FITS)
    careful.nearest(connection, FIRST, ANY)

    assert careful.at_once(connection, FIRST, ANY) is None


def test_what_memory_does_not_show_is_not_found_at_once(ready, connection):
    """First its vectors have to be read: all of them, or those that are new."""
    assert ready.at_once(connection, SECOND, ANY) is None

    growing = Collection("growing at once", DIMENSION)
    put(connection, growing, numbered(20)[:10])
    ready.nearest(connection, growing, ANY)
    put(connection, growing, numbered(20)[10:])

    assert ready.at_once(connection, growing, ANY) is None
    assert ready.nearest(connection, growing, ANY) == ready.at_once(connection, growing, ANY)


def test_a_dropped_collection_is_not_found_at_once(ready, connection):
    """Another process may have dropped it. Who is asked then says so."""
    dropped = Collection("dropped", DIMENSION)
    put(connection, dropped, numbered(10))
    ready.nearest(connection, dropped, ANY)
    with connection:
        Tables.drop(connection, dropped)

    assert ready.at_once(connection, dropped, ANY) is None
    with pytest.raises(NotFound):
        ready.nearest(connection, dropped, ANY)


def test_what_another_thread_changes_is_not_waited_for():
    """A second in which the event loop stands still is one for all callers."""
    lock, held, let_go = SharedLock(), threading.Event(), threading.Event()

    def hold():
        with lock.alone():
            held.set()
            let_go.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with lock.shared_at_once() as meanwhile:
        pass
    let_go.set()
    thread.join()
    with lock.shared_at_once() as afterwards, lock.shared():
        pass
    with lock.alone():
        pass

    assert [False, True] == [meanwhile, afterwards]
