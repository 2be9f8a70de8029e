"""Collections in memory make room for each other, and for nobody who is in use."""

import apsw
import pytest

from fleet_testing.vector_stores.samples import DIMENSION, numbered, vectors
from fleet_vector_io.in_memory.flat import FlatSource
from fleet_vector_io.in_memory.mirrors import Mirrors
from fleet_vector_io.provider import ByMeaning, Collection
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


def mirrors(mib, idle_seconds):
    def source(collection):
        return FlatSource(collection.dimension)

    return Mirrors(source, mib, idle_seconds=idle_seconds)


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
