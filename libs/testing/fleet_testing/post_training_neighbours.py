"""The services that post-training asks, as real gRPC servers: rows of datasets, a scoring function, and models.

neighbours = PostTrainingNeighbours(datasets={"some/rows": [{"prompt": "a", "completion": "b"}]})
async with running(neighbours) as addresses:
    ...  # the value of FLEET_ADDRESSES

Models repeat what they are told, in capitals. The scoring function's score is how long an answer is.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fleet.eval.v1 import messages as e
from fleet.eval.v1.operations import DATASET_IO_SERVICE, ITER_ROWS, SCORE, SCORING_SERVICE
from fleet_runtime.call import Call
from fleet_runtime.errors import NotFound
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.serve import serving
from fleet_testing.judging_models import JudgingModels

# However many rows are asked for; so that there are several pages.
_MOST_ROWS = 7


def _loud(prompt: str) -> str:
    return prompt.upper()


@dataclass
class PostTrainingNeighbours:
    """The services.

    Attributes:
        datasets: The rows of each dataset, by its name.
        models: Answer.
        pages: How many pages of rows were read.
    """

    datasets: dict[str, list[Any]] = field(default_factory=dict)
    models: JudgingModels = field(default_factory=lambda: JudgingModels(says=_loud))
    pages: int = 0

    def services(self) -> list[BoundService]:
        """Return the eval service as a server takes it."""
        return [
            BoundService(DATASET_IO_SERVICE, (Binding(ITER_ROWS, self.iter_rows),)),
            BoundService(SCORING_SERVICE, (Binding(SCORE, self.score),)),
        ]

    async def iter_rows(self, request: e.IterRowsRequest, call: Call) -> e.RowsPage:
        """Get a page of rows."""
        del call
        if request.dataset_id not in self.datasets:
            raise NotFound(f"Dataset '{request.dataset_id}' not found.", code="dataset_not_found")
        self.pages += 1
        rows = self.datasets[request.dataset_id]
        start = int(request.cursor or 0)
        end = start + min(request.limit or _MOST_ROWS, _MOST_ROWS)
        return e.RowsPage(
            data=[msgspec.Raw(json.dumps(row).encode()) for row in rows[start:end]],
            has_more=end < len(rows),
            next_cursor=str(end) if end < len(rows) else None,
        )

    async def score(self, request: e.ScoreRequest, call: Call) -> e.ScoreResponse:
        """Score rows by the length of their answers."""
        del call
        lengths = [len(msgspec.json.decode(row)["generated_answer"]) for row in request.input_rows]
        rows = [msgspec.Raw(json.dumps({"score": length}).encode()) for length in lengths]
        result = e.ScoringResult(score_rows=rows, aggregated_results=msgspec.Raw(b"{}"))
        return e.ScoreResponse(results=dict.fromkeys(request.scoring_functions, result))


@asynccontextmanager
async def running(neighbours: PostTrainingNeighbours) -> AsyncGenerator[str, None]:
    """Serve all of them, and yield the value of `FLEET_ADDRESSES`."""
    async with (
        serving(neighbours.services()) as datasets,
        serving(neighbours.models.services()) as models,
    ):
        yield f"eval={datasets},inference={models}"
