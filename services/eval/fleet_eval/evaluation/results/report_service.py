"""The operations that show what came of runs."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, TypeAlias

import msgspec
import numpy as np
from sqlalchemy import Row

from fleet.eval.v1 import messages as m
from fleet_eval.evaluation.requests import told
from fleet_eval.evaluation.results import cursor
from fleet_eval.evaluation.results.comparison import difference
from fleet_eval.evaluation.results.filters import Wanted, is_number, number
from fleet_eval.evaluation.results.metrics import mean_metric, metrics
from fleet_eval.evaluation.run_store import RunStore
from fleet_eval.evaluation.tables import Run
from fleet_eval.evaluation.work import wanted_scores
from fleet_eval.scoring.scorer import Scorer
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.operation import Answer

Scores: TypeAlias = dict[str, dict[str, Any]]

_PAGE = 50
# Rows that are read at once.
_PIECE = 500
# How many values of a column have a row in a table.
_GROUPS = 200
_SHOWN = ("content", "generation", "scores", "cached", "error")

_scores = msgspec.json.Decoder(Scores).decode
_config = msgspec.json.Decoder(m.BenchmarkConfig).decode
_results = msgspec.json.Decoder(dict[str, dict[str, Any]]).decode


class EvalReports:
    """Shows what came of runs.

    Args:
        runs: Where they are kept.
        scorer: Makes numbers of the scores of runs that have not ended.
    """

    def __init__(self, runs: RunStore, scorer: Scorer) -> None:
        self._runs = runs
        self._scorer = scorer

    async def get_eval_report(
        self, request: m.GetEvalReportRequest, call: Call
    ) -> Answer[m.EvalReport]:
        """Get the report of a run."""
        del call
        run = await self._runs.get(request.benchmark_id, request.job_id)
        results = await self._so_far(run) if run.results is None else _results(run.results)
        groups = None if request.group_by is None else await self._groups(run, request.group_by)
        return m.EvalReport(
            job=told(run),
            benchmark_id=run.benchmark,
            provider_id=run.provider,
            dataset_id=run.dataset,
            benchmark_config=_config(run.config),
            metrics=metrics(results),
            groups=groups,
        )

    async def list_eval_report_rows(
        self, request: m.ListEvalReportRowsRequest, call: Call
    ) -> Answer[m.EvalReportRowList]:
        """List rows of a run."""
        del call
        run = await self._runs.get(request.benchmark_id, request.job_id)
        wanted = Wanted.of(request)
        last = -1 if request.cursor is None else cursor.decode(run.id, request.cursor)
        limit = request.limit or _PAGE
        found: list[m.EvalReportRow] = []
        while rows := await self._runs.rows(run.id, last, _PIECE, _SHOWN):
            for row in rows:
                if not wanted.has(row.error, row.scores):
                    continue
                if len(found) == limit:
                    after = cursor.encode(run.id, found[-1].index)
                    return m.EvalReportRowList(data=found, has_more=True, next_cursor=after)
                found.append(_shown(row))
            last = rows[-1].place
        return m.EvalReportRowList(data=found, has_more=False)

    async def compare_eval_jobs(
        self, request: m.CompareEvalJobsRequest, call: Call
    ) -> Answer[m.EvalComparison]:
        """Tell how two runs of a benchmark differ."""
        del call
        one = await self._runs.get(request.benchmark_id, request.job_id)
        other = await self._runs.get(request.benchmark_id, request.other_job_id)
        pairs, unmatched = await self._pairs(one, other)
        if not pairs:
            raise InvalidArgument(
                "The two jobs have scored no row that is the same in both.",
                code="nothing_to_compare",
                param="other_job_id",
            )
        differences = await asyncio.to_thread(_differences, pairs)
        return m.EvalComparison(
            job_id=one.id, other_job_id=other.id, unmatched=unmatched, differences=differences
        )

    async def _so_far(self, run: Run) -> dict[str, dict[str, Any]]:
        """Return what the aggregations make of the scores that there are."""
        found: dict[str, list[dict[str, Any]]] = {}
        async for row in self._all(run, ("scores",)):
            for name, score in _scores(row.scores).items():
                found.setdefault(name, []).append(score)
        try:
            ready = await self._scorer.ready(wanted_scores(run)) if found else {}
        except (InvalidArgument, NotFound):
            ready = {}  # the function was taken away since
        return {
            name: await self._scorer.aggregated(params, found.get(name, []))
            for name, (_, params) in ready.items()
        }

    async def _groups(self, run: Run, column: str) -> list[m.EvalGroup]:
        """Return the mean scores by the values of a column."""
        found: dict[str | None, dict[str, list[float]]] = {}
        counts: dict[str | None, int] = {}
        async for row in self._all(run, ("content", "scores")):
            value = _value(row.content, column)
            counts[value] = counts.get(value, 0) + 1
            for name, score in _scores(row.scores).items():
                found.setdefault(value, {}).setdefault(name, []).append(number(score))
        ordered = sorted(counts, key=lambda value: (-counts[value], value is None, value or ""))
        return [
            m.EvalGroup(
                value=value,
                count=counts[value],
                metrics=[mean_metric(name, each) for name, each in found.get(value, {}).items()],
            )
            for value in ordered[:_GROUPS]
        ]

    async def _pairs(self, one: Run, other: Run) -> tuple[list[tuple[Scores, Scores]], int]:
        """Return the scores of the rows that both have scored, and how many rows are left out."""
        pairs: list[tuple[Scores, Scores]] = []
        unmatched, last = 0, -1
        columns = ("content", "scores")
        while True:
            ours = await self._runs.rows(one.id, last, _PIECE, columns, scored=True)
            theirs = await self._runs.rows(other.id, last, _PIECE, columns, scored=True)
            if not ours and not theirs:
                return pairs, unmatched
            # To where both are known: behind that one of them may have rows that were not read yet.
            ends = [rows[-1].place for rows in (ours, theirs) if len(rows) == _PIECE]
            last = min(ends, default=max(rows[-1].place for rows in (ours, theirs) if rows))
            mine = {row.place: row for row in ours if row.place <= last}
            yours = {row.place: row for row in theirs if row.place <= last}
            both = [at for at in mine if at in yours and mine[at].content == yours[at].content]
            pairs += [(_scores(mine[at].scores), _scores(yours[at].scores)) for at in both]
            unmatched += len(mine.keys() | yours.keys()) - len(both)

    async def _all(self, run: Run, columns: tuple[str, ...]) -> AsyncGenerator[Row[Any], None]:
        """Yield all rows that are scored."""
        last = -1
        while rows := await self._runs.rows(run.id, last, _PIECE, columns, scored=True):
            for row in rows:
                yield row
            last = rows[-1].place


def _shown(row: Row[Any]) -> m.EvalReportRow:
    return m.EvalReportRow(
        index=row.place,
        row=msgspec.Raw(row.content),
        generation=msgspec.Raw((row.generation or "{}").encode()),
        scores=msgspec.Raw((row.scores or "{}").encode()),
        cached=row.cached,
        error=None if row.error is None else msgspec.json.decode(row.error, type=m.EvalError),
    )


def _value(content: bytes, column: str) -> str | None:
    """Return what a row has in a column, as a text."""
    value = msgspec.json.decode(content).get(column)
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def _differences(
    pairs: Sequence[tuple[Scores, Scores]],
) -> list[m.EvalDifference]:
    names = [
        name
        for name in pairs[0][0]
        if name in pairs[0][1] and any(is_number(one[name]) for one, _ in pairs)
    ]
    return [
        difference(
            name,
            np.array([number(one[name]) for one, _ in pairs], dtype=np.float64),
            np.array([number(other[name]) for _, other in pairs], dtype=np.float64),
        )
        for name in names
    ]
