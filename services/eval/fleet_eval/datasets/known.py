"""All datasets: those of the config, and those that callers registered."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.provider import DatasetProvider
from fleet_eval.datasets.row_store import RowStore
from fleet_runtime.call import Call
from fleet_runtime.errors import Conflict, InvalidArgument, NotFound
from fleet_runtime.providers import Opened
from fleet_runtime.store.registered import Registered, first_and_registered, register


class Datasets:
    """Knows the datasets, and who reads them.

    Args:
        configured: The config's, in its order.
        kept: Those that callers registered.
        rows: Where rows are kept.
        providers: Who reads sources, by id.
    """

    def __init__(
        self,
        configured: Mapping[str, Dataset],
        kept: Registered[Dataset],
        rows: RowStore,
        providers: Mapping[str, Opened[DatasetProvider]],
    ) -> None:
        self._configured = configured
        self._kept = kept
        self._rows = rows
        self._providers = providers

    async def all(self) -> list[Dataset]:
        """Return all datasets: the config's first, then the others, oldest first."""
        return list(first_and_registered(self._configured, await self._kept.all()).values())

    async def get(self, name: str) -> Dataset:
        """Return a dataset.

        Raises:
            NotFound: There is none of that name.
        """
        found = self._configured.get(name) or await self._kept.get(name)
        if found is None:
            raise unknown(name)
        return found

    async def add(self, dataset: Dataset, rows: Sequence[bytes], call: Call) -> None:
        """Register a dataset with the rows that come with it.

        Raises:
            Conflict: The name stands for another dataset.
            FleetError: As its provider refuses it.
        """
        if self._configured.get(dataset.id, dataset) != dataset:
            raise _taken(dataset.id)
        if dataset.id in self._configured:
            return
        if dataset.uri is not None:
            await self.provider(dataset).register(dataset, call)
        new = replace(dataset, key=uuid.uuid4().hex)
        # First, so that nobody sees the dataset without them. What is left if we end here is never looked at.
        if rows:
            await self._rows.append(new.key, rows)
        try:
            await register(self._kept, new.id, new, _taken)
        except Conflict:
            await self._rows.remove(new.key)
            raise

    async def remove(self, name: str, call: Call) -> None:
        """Take a registered dataset away, with its rows.

        Raises:
            InvalidArgument: The config has it.
            NotFound: There is none of that name.
        """
        if name in self._configured:
            raise InvalidArgument(
                f"Dataset '{name}' is of the service's config; remove it there.",
                code="dataset_configured",
                param="dataset_id",
            )
        dataset = await self.get(name)
        if dataset.uri is not None and dataset.provider in self._providers:
            await self.provider(dataset).unregister(dataset, call)
        if not await self._kept.remove(name):
            raise unknown(name)
        await self._rows.remove(dataset.key)

    def provider(self, dataset: Dataset) -> DatasetProvider:
        """Return who reads the source of a dataset.

        Raises:
            NotFound: They are not there.
        """
        opened = self._providers.get(dataset.provider)
        if opened is None:  # left out for want of a key, or taken from the config since
            raise NotFound(
                f"The provider '{dataset.provider}' of the dataset '{dataset.id}' is not there.",
                code="provider_not_found",
            )
        return opened.provider

    def provider_for(self, uri: str | None, wanted: str | None) -> str:
        """Return the id of who reads a source: `wanted`, or the first who does.

        Raises:
            InvalidArgument: Nobody does, or `wanted` is nobody or does not.
        """
        if wanted is not None and wanted not in self._providers:
            raise InvalidArgument(
                f"'metadata.provider_id' must be one of: {', '.join(self._providers)}.",
                code="unknown_provider",
                param="metadata.provider_id",
            )
        for name, opened in self._providers.items():
            if wanted in (None, name) and (uri is None or opened.provider.reads(uri)):
                return name
        raise InvalidArgument(
            f"No provider reads '{(uri or '').partition(',')[0][:100]}'; there are: {', '.join(self._providers)}.",
            code="unsupported_source",
            param="source.uri",
        )


def unknown(name: str) -> NotFound:
    """Return the error for a dataset that is not there."""
    return NotFound(
        f"Dataset '{name}' not found. Use 'client.beta.datasets.list()' to list available Datasets.",
        code="dataset_not_found",
        param="dataset_id",
    )


def _taken(name: str) -> Conflict:
    return Conflict(
        f"'{name}' is another dataset; remove that first, or take another name.",
        code="dataset_exists",
        param="dataset_id",
    )
