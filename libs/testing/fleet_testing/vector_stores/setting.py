"""What every part of the contract starts from: a store, opened as often as it takes, and a collection in it."""

import uuid
from collections.abc import AsyncIterator, Callable
from typing import ClassVar

import pytest

from fleet_testing.vector_stores.samples import DIMENSION
from fleet_vector_io.provider import Collection, SearchMode, VectorIOProvider


class Stores:
    """Opens providers over one place, and closes those that a test left open.

    Args:
        new: Returns one more provider over the place.
    """

    def __init__(self, new: Callable[[], VectorIOProvider]) -> None:
        self._new = new
        self._open: list[VectorIOProvider] = []

    def open(self) -> VectorIOProvider:
        """Open one more."""
        self._open.append(self._new())
        return self._open[-1]

    async def close(self, store: VectorIOProvider) -> None:
        """Close one of them."""
        self._open = [other for other in self._open if other is not store]
        await store.aclose()

    async def close_all(self) -> None:
        """Close those that are open."""
        for store in reversed(self._open):
            await store.aclose()


class Setting:
    """The fixtures of the contract, and what it must know of a provider."""

    modes: ClassVar[frozenset[SearchMode]] = frozenset({"vector", "keyword"})
    """The kinds of search that the provider has. It must refuse the others."""
    shared: ClassVar[bool] = True
    """Whether two providers may have the same place open at once."""
    many_elsewhere: ClassVar[str | None] = None
    """The test module in which the same engine gets its ten thousand chunks, if not here: to put them in takes long."""
    questions: ClassVar[int] = 20
    """How many searches among ten thousand chunks are compared with exact ones: fewer where one takes a second."""

    @pytest.fixture
    def new_store(self) -> Callable[[], VectorIOProvider]:
        """Return what makes one more provider over the same place. The provider's test module overrides it."""
        raise NotImplementedError

    @pytest.fixture
    async def stores(self, new_store: Callable[[], VectorIOProvider]) -> AsyncIterator[Stores]:
        """Opens providers, to be closed when the test ends."""
        stores = Stores(new_store)
        yield stores
        await stores.close_all()

    @pytest.fixture
    async def store(self, stores: Stores) -> VectorIOProvider:
        """An open provider."""
        return stores.open()

    @pytest.fixture
    async def collection(self, store: VectorIOProvider) -> Collection:
        """An empty collection that no other test knows."""
        collection = new_collection()
        await store.create(collection)
        return collection

    def needs(self, mode: SearchMode) -> None:
        """Leave the test out where the provider has no such search."""
        if mode not in self.modes:
            pytest.skip(f"has no {mode} search")


def new_collection(dimension: int = DIMENSION) -> Collection:
    """Name a collection that nobody else uses."""
    return Collection(f"vs_{uuid.uuid4()}", dimension)
