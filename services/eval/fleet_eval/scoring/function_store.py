"""Where the scoring functions are kept that callers register."""

from typing import Any

import msgspec
from sqlalchemy import Row

from fleet.eval.v1 import messages as m
from fleet_eval.scoring.function import ScoringFunction
from fleet_eval.scoring.tables import SCORING_FUNCTIONS
from fleet_runtime.store import Database
from fleet_runtime.store.registered import InDatabase, Rows
from fleet_runtime.store.rows import now_ms


def functions_in_database(database: Database) -> InDatabase[ScoringFunction]:
    """Return what keeps scoring functions for all replicas; it lists the oldest first."""
    table = SCORING_FUNCTIONS.c
    order = (table.created, table.id)
    return InDatabase(database, Rows(SCORING_FUNCTIONS, _row, _function, order))


def _row(function: ScoringFunction) -> dict[str, Any]:
    return {
        "id": function.id,
        "created": now_ms(),
        "provider": function.provider,
        "name": function.name,
        "description": function.description,
        "return_type": function.return_type,
        "params": msgspec.json.encode(function.params).decode(),
    }


def _function(row: Row[Any]) -> ScoringFunction:
    params = msgspec.json.decode(row.params, type=m.ScoringParams | None)
    return ScoringFunction(row.id, row.provider, row.name, row.description, row.return_type, params)
