"""Working on runs: any process may, and go on where another one died.

What came of a row is kept before it counts, so no row is asked again that came to something: only those that were being
asked when a process died.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
import structlog

from fleet.eval.v1 import messages as m
from fleet_eval.benchmarks.provider import Evaluation, Outcome
from fleet_eval.config import EvaluationConfig
from fleet_eval.evaluation.durable_desk import DurableDesk
from fleet_eval.evaluation.orders import call_of
from fleet_eval.evaluation.progress import Progress
from fleet_eval.evaluation.resources import Resources
from fleet_eval.evaluation.run_store import RunStore
from fleet_eval.evaluation.scoring_rows import Answered, Ready, scored
from fleet_eval.evaluation.tables import Run
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument
from fleet_runtime.jobs import Job, Journal, TakenAwayError
from fleet_runtime.store.outages import through_outages
from fleet_runtime.store.rows import now_ms

log = structlog.get_logger()

# How many rows are scored, and read, at once.
_PIECE = 200
# How many outcomes are kept by one transaction.
_TOGETHER = 200
_DAY = 24 * 3600 * 1000

_names = msgspec.json.Decoder(list[str]).decode
_config = msgspec.json.Decoder(m.BenchmarkConfig).decode
_scores = msgspec.json.Decoder(dict[str, dict[str, Any]]).decode


class EvalWork:
    """Works on runs.

    Args:
        progress: Keeps how far they are.
        runs: Has their rows.
        resources: What they are made of.
        config: How.
    """

    def __init__(
        self,
        progress: Progress,
        runs: RunStore,
        resources: Resources,
        config: EvaluationConfig,
    ) -> None:
        self._progress = progress
        self._runs = runs
        self._resources = resources
        self._scorer = resources.scorer
        self._config = config

    async def run(self, job: Job) -> None:
        """Work on a run until it has ended.

        Raises:
            FleetError: It cannot be gone on with.
        """
        with suppress(TakenAwayError):
            run = await self._progress.begin(job)
            if run is None:
                return
            await self._progress.forget(now_ms() - round(self._config.answers_days * _DAY))
            call = call_of(job.payload)
            results = await self._answered(job, run, call)
            if results is None:
                results = await self._scored(job, run, call)
            done = results
            await through_outages(lambda: self._progress.completed(job, done))
            log.info("eval.completed", run=run.id, benchmark=run.benchmark)

    async def failed(self, job: Job, error: FleetError) -> None:
        """Keep why a run failed, and tell whoever else works on it that it is over."""
        run = await self._progress.failed(job, error)
        if run is None:
            return
        try:
            provider = self._resources.benchmarks.provider(run.provider)
            await provider.cancel(evaluation_of(run), run.mark, call_of(job.payload))
        except FleetError as told:
            log.warning("eval.not_cancelled", run=run.id, cause=told.message)

    async def _answered(self, job: Job, run: Run, call: Call) -> Mapping[str, Any] | None:
        """Have the provider see to all rows, and return what it made of them."""
        provider = self._resources.benchmarks.provider(run.provider)
        evaluation = evaluation_of(run)
        journal: Journal[Outcome] = Journal(partial(self._progress.keep, job), _TOGETHER)
        desk = DurableDesk(
            run=run,
            job=job,
            progress=self._progress,
            journal=journal,
            resources=self._resources,
            config=self._config,
            wanted=evaluation.config.num_examples,
            call=call,
            mark=run.mark,
        )
        async with journal.running():
            return await provider.run(evaluation, desk, call)

    async def _scored(self, job: Job, run: Run, call: Call) -> dict[str, Any]:
        """Score what has no scores yet, and return what was made of all of them."""
        ready = await self._scorer.ready(wanted_scores(run))
        await self._check_any_answer(run)
        while rows := await self._progress.unscored(run.id, _PIECE):
            answers = [
                Answered(
                    row.place,
                    row.content,
                    msgspec.json.decode(row.generation),
                    row.error is not None,
                )
                for row in rows
            ]
            scores = await scored(self._scorer, ready, answers, call)
            await through_outages(lambda each=scores: self._progress.score(job, each))  # type: ignore[misc]
        return await self._aggregated(run, ready)

    async def _check_any_answer(self, run: Run) -> None:
        """Refuse to score a run of which no row was answered."""
        last, first_error = -1, None
        while rows := await self._runs.rows(run.id, last, _PIECE, ("error",)):
            if any(row.error is None for row in rows):
                return
            first_error, last = first_error or rows[0].error, rows[-1].place
        if first_error is not None:
            why = msgspec.json.decode(first_error, type=m.EvalError)
            raise InvalidArgument(f"No row was answered: {why.message}", code=why.code)

    async def _aggregated(self, run: Run, ready: Ready) -> dict[str, Any]:
        scores: dict[str, list[dict[str, Any]]] = {name: [] for name in ready}
        last = -1
        while rows := await self._runs.rows(run.id, last, _PIECE, ("scores",)):
            for row in rows:
                for name, score in _scores(row.scores).items():
                    scores[name].append(score)
            last = rows[-1].place
        return {
            name: await self._scorer.aggregated(params, scores[name])
            for name, (_, params) in ready.items()
        }


def evaluation_of(run: Run) -> Evaluation:
    """Return a run as its provider sees it."""
    return Evaluation(
        run.id, run.benchmark, run.name, msgspec.json.decode(run.metadata), _config(run.config)
    )


def wanted_scores(run: Run) -> dict[str, m.OptionalScoringParams]:
    """Return the scoring functions of a run, with the parameters that its caller gave."""
    params = _config(run.config).scoring_params or {}
    return {name: params.get(name) for name in _names(run.scoring_functions)}
