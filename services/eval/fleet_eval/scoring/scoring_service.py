"""The operations that score."""

import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.known import Datasets
from fleet_eval.datasets.reading import Reader
from fleet_eval.datasets.rows import checked, digest
from fleet_eval.scoring.provider import Score
from fleet_eval.scoring.scorer import Scorer
from fleet_runtime.call import Call
from fleet_runtime.errors import TooLarge
from fleet_runtime.operation import Answer


class Scoring:
    """Scores rows that callers give, and those of datasets.

    Args:
        scorer: Scores.
        datasets: The datasets.
        reader: Reads their rows.
        most: The most rows of a dataset.
    """

    def __init__(self, scorer: Scorer, datasets: Datasets, reader: Reader, most: int) -> None:
        self._scorer = scorer
        self._datasets = datasets
        self._reader = reader
        self._most = most

    async def score(self, request: m.ScoreRequest, call: Call) -> Answer[m.ScoreResponse]:
        """Score rows."""
        ready = await self._scorer.ready(request.scoring_functions)
        rows = _rows(checked(request.input_rows, "input_rows"))
        results = {}
        for name, (function, params) in ready.items():
            scores = await self._scorer.score(function, params, rows, call)
            results[name] = await self._scorer.result(params, scores)
        return m.ScoreResponse(results=results)

    async def score_batch(
        self, request: m.ScoreBatchRequest, call: Call
    ) -> Answer[m.ScoreBatchResponse]:
        """Score the rows of a dataset, page by page."""
        dataset = await self._datasets.get(request.dataset_id)
        ready = await self._scorer.ready(request.scoring_functions)
        scores: dict[str, list[Score]] = {name: [] for name in ready}
        kept: list[bytes] = []
        count = 0
        async for page in self._reader.all(dataset, call):
            count += len(page)
            if count > self._most:
                raise self._too_many()
            rows = _rows(page)
            for name, (function, params) in ready.items():
                scores[name] += await self._scorer.score(function, params, rows, call)
            if request.save_results_dataset:
                kept += _with_scores(rows, scores)
        saved = await self._saved(dataset, kept, call) if request.save_results_dataset else None
        results = {
            name: await self._scorer.result(params, scores[name])
            for name, (_, params) in ready.items()
        }
        return m.ScoreBatchResponse(dataset_id=saved, results=results)

    async def _saved(self, dataset: Dataset, rows: Sequence[bytes], call: Call) -> str:
        """Register a dataset with rows, and return its name."""
        new = Dataset(
            f"scores-{uuid.uuid4()}",
            self._datasets.provider_for(None, None),
            dataset.purpose,
            None,
            len(rows),
            digest(rows),
            msgspec.json.encode({"scores_of": dataset.id}),
        )
        await self._datasets.add(new, rows, call)
        return new.id

    def _too_many(self) -> TooLarge:
        return TooLarge(
            f"The dataset has more than {self._most} rows, which is the most that is scored at once.",
            code="too_many_rows",
            param="dataset_id",
        )


def _rows(rows: Sequence[bytes]) -> list[dict[str, Any]]:
    return [msgspec.json.decode(row) for row in rows]


def _with_scores(rows: Sequence[dict[str, Any]], scores: dict[str, list[Score]]) -> list[bytes]:
    """Return the last rows, each with what came of it by the names of the functions."""
    last = {name: found[len(found) - len(rows) :] for name, found in scores.items()}
    return [
        msgspec.json.encode(row | {name: found[place] for name, found in last.items()})
        for place, row in enumerate(rows)
    ]
