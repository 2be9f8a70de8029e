"""The operations on datasets: listing them, and registering some."""

import uuid
from typing import Any

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.known import Datasets
from fleet_eval.datasets.provider import Bounds
from fleet_eval.datasets.row_store import RowStore
from fleet_eval.datasets.rows import checked, digest
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer


class DatasetOperations:
    """Says which datasets there are, and takes new ones.

    Args:
        datasets: The datasets.
        rows: The rows that came with them.
    """

    def __init__(self, datasets: Datasets, rows: RowStore) -> None:
        self._datasets = datasets
        self._rows = rows

    async def list_datasets(
        self, request: m.ListDatasetsRequest, call: Call
    ) -> Answer[m.DatasetList]:
        """List all datasets."""
        del request, call
        return m.DatasetList(data=[await self._told(each) for each in await self._datasets.all()])

    async def get_dataset(self, request: m.GetDatasetRequest, call: Call) -> Answer[m.Dataset]:
        """Get one dataset."""
        del call
        return await self._told(await self._datasets.get(request.dataset_id))

    async def register_dataset(
        self, request: m.RegisterDatasetRequest, call: Call
    ) -> Answer[m.Dataset]:
        """Register a dataset."""
        metadata = _object(request.metadata)
        rows = _rows(request.source)
        uri = request.source.uri if rows is None else None
        dataset = Dataset(
            request.dataset_id or f"dataset-{uuid.uuid4()}",
            self._datasets.provider_for(uri, _provider(metadata)),
            request.purpose,
            uri,
            len(rows or ()),
            digest(rows or ()),
            msgspec.json.encode(metadata),
        )
        await self._datasets.add(dataset, rows or (), call)
        return await self._told(await self._datasets.get(dataset.id))

    async def unregister_dataset(self, request: m.UnregisterDatasetRequest, call: Call) -> None:
        """Take a registered dataset away."""
        await self._datasets.remove(request.dataset_id, call)

    async def _told(self, dataset: Dataset) -> m.Dataset:
        """Return a dataset as callers see it: with the rows that came with it, but not those that were appended."""
        source = m.DatasetSource(type="uri", uri=dataset.uri)
        if dataset.uri is None:
            all_of_them = Bounds(dataset.row_count, 2**62)
            rows = await self._rows.read(dataset.key, 0, all_of_them)
            source = m.DatasetSource(type="rows", rows=[msgspec.Raw(row) for row in rows])
        return m.Dataset(
            identifier=dataset.id,
            provider_resource_id=dataset.id,
            provider_id=dataset.provider,
            purpose=dataset.purpose,
            source=source,
            metadata=msgspec.Raw(dataset.metadata),
        )


def _rows(source: m.DatasetSource) -> list[bytes] | None:
    """Return the rows of a source that has some; nothing of one that has an address.

    Raises:
        InvalidArgument: It has not what it says, or more, or a row is none.
    """
    given = {"uri": source.uri, "rows": source.rows}
    other = given.keys() - {source.type}
    if given[source.type] is None or any(given[name] is not None for name in other):
        raise InvalidArgument(
            f"A source of type '{source.type}' has '{source.type}', and nothing else.",
            code="invalid_value",
            param=f"source.{source.type}",
        )
    return None if source.rows is None else checked(source.rows, "source.rows")


def _object(text: msgspec.Raw) -> dict[str, Any]:
    value = None if text is ABSENT else msgspec.json.decode(text)
    if value is not None and not isinstance(value, dict):
        raise InvalidArgument(
            "'metadata' must be an object.", code="invalid_value", param="metadata"
        )
    return value or {}


def _provider(metadata: dict[str, Any]) -> str | None:
    provider = metadata.get("provider_id")
    if provider is not None and not isinstance(provider, str):
        raise InvalidArgument(
            "'metadata.provider_id' must be the id of a provider.",
            code="invalid_value",
            param="metadata.provider_id",
        )
    return provider
