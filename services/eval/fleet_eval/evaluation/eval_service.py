"""The operations that run benchmarks."""

from typing import Any

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.benchmarks.provider import Evaluation, Outcome
from fleet_eval.config import EvaluationConfig
from fleet_eval.datasets.rows import checked
from fleet_eval.evaluation.given_desk import GivenDesk
from fleet_eval.evaluation.orders import order_of
from fleet_eval.evaluation.progress import Progress
from fleet_eval.evaluation.requests import check_params, new_run, told
from fleet_eval.evaluation.resources import Resources
from fleet_eval.evaluation.run_store import RunStore
from fleet_eval.evaluation.scoring_rows import Answered, scored
from fleet_eval.evaluation.tables import Run
from fleet_eval.evaluation.work import evaluation_of, wanted_scores
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, TooLarge, Unimplemented
from fleet_runtime.operation import Answer
from fleet_runtime.store import PageRequest

_PAGE = 20
# Rows that are read at once.
_PIECE = 500

_results = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_row_scores = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Evaluations:
    """Takes runs of benchmarks and tells how far they are; others work on them.

    Args:
        resources: What they are made of.
        runs: Where runs are kept.
        progress: Knows earlier answers.
        config: How much is run.
    """

    def __init__(
        self,
        resources: Resources,
        runs: RunStore,
        progress: Progress,
        config: EvaluationConfig,
    ) -> None:
        self._benchmarks = resources.benchmarks
        self._datasets = resources.datasets
        self._scorer = resources.scorer
        self._runs = runs
        self._progress = progress
        self._config = config

    async def run_eval(self, request: m.RunEvalRequest, call: Call) -> Answer[m.EvalJob]:
        """Begin to run a benchmark."""
        benchmark = await self._benchmarks.get(request.benchmark_id)
        run = new_run(benchmark, request.benchmark_config)
        provider = self._benchmarks.provider(benchmark.provider)
        provider.check(evaluation_of(run))
        if not provider.scores_itself:
            check_params(request.benchmark_config, benchmark.scoring_functions)
            await self._datasets.get(benchmark.dataset)
            await self._scorer.ready(wanted_scores(run))
        await self._runs.create(run, order_of(call))
        call.notes["run"] = run.id
        return told(run)

    async def run_eval_task(self, request: m.RunEvalTaskRequest, call: Call) -> Answer[m.EvalJob]:
        """Begin to run a benchmark, by the older names."""
        asked = m.RunEvalRequest(benchmark_id=request.task_id, benchmark_config=request.task_config)
        return await self.run_eval(asked, call)

    async def list_eval_jobs(
        self, request: m.ListEvalJobsRequest, call: Call
    ) -> Answer[m.EvalJobList]:
        """List the runs of a benchmark, newest first."""
        del call
        await self._benchmarks.get(request.benchmark_id)
        wanted = PageRequest(request.after, request.limit or _PAGE)
        page = await self._runs.list(request.benchmark_id, wanted)
        return m.EvalJobList(
            data=[told(run) for run in page.items],
            has_more=page.has_more,
            last_id=page.items[-1].id if page.items else None,
        )

    async def evaluate_rows(
        self, request: m.EvaluateRowsRequest, call: Call
    ) -> Answer[m.EvaluateResponse]:
        """Have a caller's rows answered and scored."""
        benchmark = await self._benchmarks.get(request.benchmark_id)
        provider = self._benchmarks.provider(benchmark.provider)
        if provider.scores_itself:
            raise Unimplemented(
                f"The provider '{benchmark.provider}' runs whole benchmarks only.",
                code="rows_not_supported",
            )
        rows = checked(request.input_rows, "input_rows")
        if len(rows) > self._config.max_given_rows:
            raise self._too_many()
        functions = tuple(request.scoring_functions)
        check_params(request.benchmark_config, functions)
        params = request.benchmark_config.scoring_params or {}
        ready = await self._scorer.ready({name: params.get(name) for name in functions})
        desk = GivenDesk(rows, self._progress, self._config.answers_days)
        evaluation = Evaluation(
            "",
            benchmark.id,
            benchmark.name,
            msgspec.json.decode(benchmark.metadata),
            request.benchmark_config,
        )
        provider.check(evaluation)
        await provider.run(evaluation, desk, call)
        outcomes = [desk.outcomes[place] for place in range(len(rows))]
        found = await scored(self._scorer, ready, [_answered(each) for each in outcomes], call)
        return m.EvaluateResponse(
            generations=[msgspec.Raw(msgspec.json.encode(each.generation)) for each in outcomes],
            scores={
                name: await self._scorer.result(
                    params, [found[at][name] for at in range(len(rows))]
                )
                for name, (_, params) in ready.items()
            },
        )

    async def evaluate_task_rows(
        self, request: m.EvaluateTaskRowsRequest, call: Call
    ) -> Answer[m.EvaluateResponse]:
        """Have a caller's rows answered and scored, by the older names."""
        asked = m.EvaluateRowsRequest(
            benchmark_id=request.task_id,
            input_rows=request.input_rows,
            scoring_functions=request.scoring_functions,
            benchmark_config=request.task_config,
        )
        return await self.evaluate_rows(asked, call)

    async def get_eval_job(self, request: m.GetEvalJobRequest, call: Call) -> Answer[m.EvalJob]:
        """Tell how far a run is."""
        del call
        return told(await self._runs.get(request.benchmark_id, request.job_id))

    async def cancel_eval_job(self, request: m.CancelEvalJobRequest, call: Call) -> None:
        """End a run early."""
        run = await self._runs.cancel(request.benchmark_id, request.job_id)
        if run is not None:
            provider = self._benchmarks.provider(run.provider)
            await provider.cancel(evaluation_of(run), run.mark, call)

    async def get_eval_result(
        self, request: m.GetEvalResultRequest, call: Call
    ) -> Answer[m.EvaluateResponse]:
        """Get all that came of a run."""
        del call
        run = await self._runs.get(request.benchmark_id, request.job_id)
        if run.status != "completed" or run.results is None:
            raise InvalidArgument(
                f"The job '{run.id}' is {run.status}; there is a result once it is completed.",
                code="job_not_completed",
                param="job_id",
            )
        return await self._result(run, run.results)

    async def _result(self, run: Run, results: str) -> m.EvaluateResponse:
        """Return all generations and scores of a run, with what was made of them."""
        made = _results(results)
        generations: list[msgspec.Raw] = []
        scores: dict[str, list[msgspec.Raw]] = {name: [] for name in made}
        last = -1
        while rows := await self._runs.rows(run.id, last, _PIECE, ("generation", "scores")):
            for row in rows:
                generations.append(msgspec.Raw(row.generation.encode()))
                for name, score in _row_scores(row.scores).items():
                    scores.setdefault(name, []).append(score)
            last = rows[-1].place
        return m.EvaluateResponse(
            generations=generations,
            scores={
                name: m.ScoringResult(
                    score_rows=scores[name],
                    aggregated_results=made.get(name, msgspec.Raw(b"{}")),
                )
                for name in scores
            },
        )

    def _too_many(self) -> TooLarge:
        return TooLarge(
            f"At most {self._config.max_given_rows} rows are answered at once; register more as a dataset.",
            code="too_many_rows",
            param="input_rows",
        )


def _answered(outcome: Outcome) -> Answered:
    generation: dict[str, Any] = dict(outcome.generation)
    row = outcome.row
    return Answered(row.place, row.content, generation, outcome.error is not None)
