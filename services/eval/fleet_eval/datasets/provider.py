"""What a provider of datasets is: whoever reads the rows of some kind of source."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fleet_eval.datasets.dataset import Dataset
from fleet_runtime.call import Call
from fleet_runtime.providers import Provider


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a source a row begins.

    Attributes:
        row: How many rows come before it.
        mark: Where that is, in the words of the provider. It has to be found by counting if it is not known.
    """

    row: int = 0
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read at once.

    Attributes:
        rows: The most rows, at least 1.
        bytes: The most bytes, but for the last row.
    """

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a source.

    Attributes:
        rows: Each a JSON object.
        place: Where the row after them begins; where the source ends, if it does.
        ended: Whether there is no row after them.
    """

    rows: Sequence[bytes]
    place: Place
    ended: bool


class DatasetProvider(Provider, Protocol):
    """Reads rows."""

    def reads(self, uri: str) -> bool:
        """Tell whether an address is of a kind that it reads, as far as the address tells."""
        ...

    async def register(self, dataset: Dataset, call: Call) -> None:
        """Do what is to be done before a dataset is known by its name. May be done twice for one.

        Raises:
            InvalidArgument: Its source can never be read.
            FleetError: As the provider's upstream failed.
        """
        ...

    async def unregister(self, dataset: Dataset, call: Call) -> None:
        """Undo it. May be done twice for one."""
        ...

    async def read(self, dataset: Dataset, start: Place, bounds: Bounds, call: Call) -> Slice:
        """Read rows of a dataset that has an address.

        Raises:
            InvalidArgument: The source cannot be fetched, is of no format that is read, is broken, or `start` has a
                mark in what it no longer is.
            FleetError: As the provider's upstream failed.
        """
        ...
