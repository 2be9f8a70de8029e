"""Where the benchmarks are kept that callers register."""

from typing import Any

import msgspec
from sqlalchemy import Row

from fleet_eval.benchmarks.benchmark import Benchmark
from fleet_eval.benchmarks.tables import BENCHMARKS
from fleet_runtime.store import Database
from fleet_runtime.store.registered import InDatabase, Rows
from fleet_runtime.store.rows import now_ms

_names = msgspec.json.Decoder(tuple[str, ...]).decode


def benchmarks_in_database(database: Database) -> InDatabase[Benchmark]:
    """Return what keeps benchmarks for all replicas; it lists the oldest first."""
    table = BENCHMARKS.c
    return InDatabase(database, Rows(BENCHMARKS, _row, _benchmark, (table.created, table.id)))


def _row(benchmark: Benchmark) -> dict[str, Any]:
    return {
        "id": benchmark.id,
        "created": now_ms(),
        "provider": benchmark.provider,
        "name": benchmark.name,
        "dataset": benchmark.dataset,
        "scoring_functions": msgspec.json.encode(benchmark.scoring_functions).decode(),
        "metadata": benchmark.metadata.decode(),
    }


def _benchmark(row: Row[Any]) -> Benchmark:
    functions = _names(row.scoring_functions)
    return Benchmark(row.id, row.provider, row.name, row.dataset, functions, row.metadata.encode())
