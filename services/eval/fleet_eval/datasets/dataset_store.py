"""Where the datasets are kept that callers register."""

from typing import Any

from sqlalchemy import Row

from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.tables import DATASETS
from fleet_runtime.store import Database
from fleet_runtime.store.registered import InDatabase, Rows
from fleet_runtime.store.rows import now_ms


def datasets_in_database(database: Database) -> InDatabase[Dataset]:
    """Return what keeps datasets for all replicas; it lists the oldest first."""
    table = DATASETS.c
    return InDatabase(database, Rows(DATASETS, _row, _dataset, (table.created, table.id)))


def _row(dataset: Dataset) -> dict[str, Any]:
    return {
        "id": dataset.id,
        "created": now_ms(),
        "key": dataset.key,
        "provider": dataset.provider,
        "purpose": dataset.purpose,
        "uri": dataset.uri,
        "row_count": dataset.row_count,
        "digest": dataset.digest,
        "metadata": dataset.metadata.decode(),
    }


def _dataset(row: Row[Any]) -> Dataset:
    return Dataset(
        row.id,
        row.provider,
        row.purpose,
        row.uri,
        row.row_count,
        row.digest,
        row.metadata.encode(),
        row.key,
    )
