"""Runs as they are asked for."""

import uuid

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.benchmarks.benchmark import Benchmark
from fleet_eval.evaluation.tables import Run
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.store.rows import now_ms


def new_run(benchmark: Benchmark, config: m.BenchmarkConfig) -> Run:
    """Return a run that is to be."""
    return Run(
        id=f"eval-{uuid.uuid4().hex}",
        created=now_ms(),
        benchmark=benchmark.id,
        provider=benchmark.provider,
        name=benchmark.name,
        dataset=benchmark.dataset,
        scoring_functions=msgspec.json.encode(benchmark.scoring_functions).decode(),
        metadata=benchmark.metadata.decode(),
        config=msgspec.json.encode(config).decode(),
    )


def check_params(config: m.BenchmarkConfig, functions: tuple[str, ...]) -> None:
    """Refuse parameters of scoring functions that are not asked for.

    Raises:
        InvalidArgument: There are such.
    """
    for name in config.scoring_params or {}:
        if name not in functions:
            known = ", ".join(functions) or "none"
            raise InvalidArgument(
                f"There are parameters for '{name}', but the scoring functions are: {known}.",
                code="invalid_params",
                param=f"benchmark_config.scoring_params.{name}",
            )


def told(run: Run) -> m.EvalJob:
    """Return a run as callers see it."""
    return m.EvalJob(
        job_id=run.id,
        status=run.status,
        progress=m.EvalProgress(
            total=run.total,
            answered=run.answered,
            cached=run.cached,
            failed=run.failed,
            scored=run.scored,
        ),
        error=None if run.error is None else msgspec.json.decode(run.error, type=m.EvalError),
        created_at=run.created // 1000,
        ended_at=None if run.ended_at is None else run.ended_at // 1000,
    )
