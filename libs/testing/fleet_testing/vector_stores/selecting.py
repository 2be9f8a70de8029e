"""Selections and filters mean in every store what `fleet_vector_io.filters.matches` says."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from fleet_testing.vector_stores.samples import filters, fulfilling, ids, numbered, varied
from fleet_testing.vector_stores.setting import Setting
from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order
from fleet_vector_io.provider import (
    EVERYTHING,
    ByMeaning,
    ByWords,
    Chunk,
    Collection,
    Search,
    SearchMode,
    Selection,
    VectorIOProvider,
)

VARIED = varied()
COMPOUND = Compound(
    "or",
    (
        Compound("and", (Equality("eq", "a", 1), Compound("or", (Equality("ne", "b", "b"),)))),
        Compound("and", (Order("gt", "b", "1"), Membership("nin", "a", ("1", "b")))),
    ),
)
NAMED: tuple[Filter, ...] = (
    Equality("eq", "a", "1"),
    Equality("eq", "a", 1),
    Equality("eq", "a", 1.0),
    Equality("eq", "a", True),
    Equality("eq", "a", "true"),
    Equality("eq", "a", 0),
    Equality("eq", "a", False),
    Equality("eq", "a", ""),
    Equality("ne", "a", "1"),
    Equality("ne", "a", 1),
    Equality("ne", "absent", 1),
    Order("gt", "a", 0),
    Order("gte", "a", 1),
    Order("lt", "a", 1.5),
    Order("lte", "a", 9),
    Order("gt", "a", "1"),
    Order("lte", "a", "\uffff"),
    Order("lt", "absent", 1),
    Membership("in", "a", (1, 9, 1e300)),
    Membership("in", "a", ("1", "it's")),
    Membership("nin", "a", (True,)),
    Membership("nin", "absent", ("x",)),
    COMPOUND,
)


class Selecting(Setting):
    """Filters, ids and files, in every kind of search, in reading and in deleting."""

    @pytest.fixture
    async def filled(
        self, store: VectorIOProvider, collection: Collection
    ) -> tuple[VectorIOProvider, Collection]:
        """A collection of chunks whose attributes are of all kinds."""
        await store.put(collection, VARIED)
        return store, collection

    async def selected(
        self, store: VectorIOProvider, collection: Collection, selection: Selection
    ) -> list[set[str]]:
        """Return what a selection leaves, by each way of asking that the store has."""
        ways = [ids(await store.chunks(collection, selection))]
        searches: dict[SearchMode, Search] = {
            "vector": ByMeaning(VARIED[0].embedding, 1000, selection),
            "keyword": ByWords("chunk", 1000, selection),
        }
        for mode, query in searches.items():
            if mode in self.modes:
                ways += [ids(await store.search(collection, query))]
        return [set(way) for way in ways]

    @pytest.mark.parametrize("condition", NAMED, ids=repr)
    async def test_each_operator_means_the_same_everywhere(
        self, filled: tuple[VectorIOProvider, Collection], condition: Filter
    ) -> None:
        """A filter that a store takes otherwise shows callers what they may not see."""
        wanted = fulfilling(condition, VARIED)

        for found in await self.selected(*filled, Selection(condition=condition)):
            assert wanted == found

    @settings(
        max_examples=60,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,  # all examples ask the same chunks
            HealthCheck.differing_executors,  # each provider's test class runs it
            HealthCheck.too_slow,
        ],
    )
    @given(condition=filters())
    async def test_all_filters_mean_the_same_everywhere(
        self, filled: tuple[VectorIOProvider, Collection], condition: Filter
    ) -> None:
        """Whatever is combined with whatever."""
        wanted = fulfilling(condition, VARIED)

        for found in await self.selected(*filled, Selection(condition=condition)):
            assert wanted == found

    async def test_ids_files_and_filters_are_all_to_be_fulfilled(
        self, filled: tuple[VectorIOProvider, Collection]
    ) -> None:
        """They narrow each other."""
        condition = Equality("ne", "a", "nothing")
        some = [f"c{n}" for n in range(5, 25)] + ["unknown"]
        cases = {
            (0, 5, 59): Selection(ids=["c0", "c5", "c59", "c99"]),
            tuple(range(10, 30)): Selection(file_ids=["file-1", "file-2", "file-77"]),
            tuple(range(10, 20)): Selection(ids=some, file_ids=["file-1"], condition=condition),
            (): Selection(ids=some, file_ids=["file-4"]),
            tuple(range(60)): EVERYTHING,
        }
        for wanted, selection in cases.items():
            for found in await self.selected(*filled, selection):
                assert {f"c{n}" for n in wanted} == found

    @pytest.mark.parametrize("nothing", [Selection(ids=[]), Selection(file_ids=[])])
    async def test_an_empty_choice_is_nothing(
        self, filled: tuple[VectorIOProvider, Collection], nothing: Selection
    ) -> None:
        """None of the files is not all of the files, least of all in a deletion."""
        for found in await self.selected(*filled, nothing):
            assert set() == found

        store, collection = filled
        await store.delete(collection, nothing)
        assert len(VARIED) == len(await store.chunks(collection, EVERYTHING))

    @pytest.mark.parametrize(
        "selection",
        [
            Selection(ids=["c0", "c7", "unknown"]),
            Selection(file_ids=["file-1", "file-5", "unknown"]),
            Selection(condition=COMPOUND),
            Selection(condition=Equality("ne", "a", 1)),
            Selection(file_ids=["file-1"], condition=Order("gt", "b", 0)),
            EVERYTHING,
        ],
        ids=["ids", "files", "compound", "filter", "both", "everything"],
    )
    async def test_just_what_is_selected_is_deleted(
        self, filled: tuple[VectorIOProvider, Collection], selection: Selection
    ) -> None:
        """Detaching a file takes its chunks out of every search, and no others; doing so again is no error."""
        store, collection = filled
        [gone, *_] = await self.selected(store, collection, selection)
        assert gone
        for _ in range(2):
            await store.delete(collection, selection)

        for found in await self.selected(store, collection, EVERYTHING):
            assert set(ids(VARIED)) - gone == found

    async def test_what_is_deleted_takes_nobodys_place(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """An index that still holds what is gone would find it first, and leave callers with less than there is."""
        fitting = numbered(20, text="apple apple")
        others = [replace(chunk, id=f"d{n}") for n, chunk in enumerate(numbered(5, 1, "an apple"))]
        query = ByMeaning(fitting[0].embedding, 5)
        await store.put(collection, [*fitting, *others])
        await store.search(collection, query)
        await store.delete(collection, Selection(ids=ids(fitting)))

        assert set(ids(others)) == set(ids(await store.search(collection, query)))
        if "keyword" in self.modes:
            found = await store.search(collection, ByWords("apple", 5))
            assert set(ids(others)) == set(ids(found))

    async def test_filters_narrow_before_the_limit(
        self, store: VectorIOProvider, collection: Collection
    ) -> None:
        """Ten of two thousand fulfil the filter, and are the last in the order asked for: all ten are found."""
        chunks = [
            replace(chunk, attributes={"rare": n % 200 == 3, "n": n}, file_id=f"f{n % 200}")
            for n, chunk in enumerate(numbered(2000, text="apple pie"))
        ]
        asked = VARIED[0].embedding
        chunks = [_far(chunk, n) if n % 200 == 3 else chunk for n, chunk in enumerate(chunks)]
        await store.put(collection, chunks)
        wanted = {f"c{n}" for n in range(3, 2000, 200)}

        for selection in (
            Selection(condition=Equality("eq", "rare", value=True)),
            Selection(condition=Membership("in", "n", tuple(range(3, 2000, 200)))),
            Selection(file_ids=["f3"]),
            Selection(ids=sorted(wanted)),
        ):
            near = await store.search(collection, ByMeaning(asked, 10, selection))
            assert wanted == set(ids(near))
            if "keyword" in self.modes:
                named = await store.search(collection, ByWords("apple", 10, selection))
                assert wanted == set(ids(named))


def _far(chunk: Chunk, n: int) -> Chunk:
    """Return a chunk that points away from the first of `VARIED`, and whose text fits worse than the others'."""
    vector = (-VARIED[0].embedding + 0.01 * numbered(1, seed=n)[0].embedding).astype("float32")
    return replace(chunk, embedding=vector, text="apple in a much longer text than all others have")
