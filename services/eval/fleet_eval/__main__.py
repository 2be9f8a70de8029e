"""`python -m fleet_eval`: run the eval service."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from fleet.eval.v1.operations import (
    bind_benchmark_service,
    bind_dataset_io_service,
    bind_dataset_service,
    bind_eval_report_service,
    bind_eval_service,
    bind_scoring_function_service,
    bind_scoring_service,
)
from fleet.inspect.v1.operations import bind_service_info_service
from fleet_eval.benchmarks.benchmark_service import BenchmarkOperations
from fleet_eval.benchmarks.benchmark_store import benchmarks_in_database
from fleet_eval.benchmarks.configured import configured_benchmarks
from fleet_eval.benchmarks.known import Benchmarks
from fleet_eval.config import JOBS, SCHEMA, ServiceConfig
from fleet_eval.datasets.configured import configured_datasets
from fleet_eval.datasets.dataset_service import DatasetOperations
from fleet_eval.datasets.dataset_store import datasets_in_database
from fleet_eval.datasets.datasetio_service import DatasetIoOperations
from fleet_eval.datasets.known import Datasets
from fleet_eval.datasets.provider import Bounds
from fleet_eval.datasets.reading import Reader
from fleet_eval.datasets.row_store import RowStore
from fleet_eval.evaluation.eval_service import Evaluations
from fleet_eval.evaluation.progress import Progress
from fleet_eval.evaluation.resources import Resources
from fleet_eval.evaluation.results.report_service import EvalReports
from fleet_eval.evaluation.run_store import RunStore
from fleet_eval.evaluation.work import EvalWork
from fleet_eval.scoring.function_service import ScoringFunctionOperations
from fleet_eval.scoring.function_store import functions_in_database
from fleet_eval.scoring.known import ScoringFunctions
from fleet_eval.scoring.scorer import Scorer
from fleet_eval.scoring.scoring_service import Scoring
from fleet_runtime.config import load
from fleet_runtime.info import Info
from fleet_runtime.jobs import JobQueue, Worker
from fleet_runtime.operation import BoundService
from fleet_runtime.providers import opened
from fleet_runtime.serve import run, serve
from fleet_runtime.store import Database


async def main() -> None:
    """Open what the config names, then serve until told to stop."""
    async with services(load(ServiceConfig)) as bound:
        await serve(bound)


@asynccontextmanager
async def services(config: ServiceConfig) -> AsyncGenerator[list[BoundService], None]:
    """Open the providers and the store, and yield the services over them."""
    async with AsyncExitStack() as stack:
        sources = await stack.enter_async_context(opened("fleet.datasetio", config.datasetio))
        scorers = await stack.enter_async_context(opened("fleet.scoring", config.scoring))
        runners = await stack.enter_async_context(opened("fleet.eval", config.eval))
        database = Database(config.store.database, SCHEMA)
        stack.push_async_callback(database.aclose)

        known = [each.id for each in config.datasetio]
        rows = RowStore(database)
        configured = configured_datasets(config.datasets, sources, known)
        datasets = Datasets(configured, datasets_in_database(database), rows, sources)
        reader = Reader(datasets, rows, Bounds(config.pages.max_rows, config.pages.max_bytes))
        functions = ScoringFunctions(functions_in_database(database), scorers)
        scorer = Scorer(functions)
        benchmarks = Benchmarks(
            configured_benchmarks(config.benchmarks, runners, [each.id for each in config.eval]),
            benchmarks_in_database(database),
            runners,
        )
        resources = Resources(benchmarks, datasets, reader, scorer)
        evaluating = await stack.enter_async_context(_evaluating(config, database, resources))
        about = {
            "datasetio": [one.config for one in sources.values()],
            "scoring": [one.config for one in scorers.values()],
            "eval": [one.config for one in runners.values()],
        }
        yield [
            bind_dataset_service(DatasetOperations(datasets, rows)),
            bind_dataset_io_service(DatasetIoOperations(datasets, reader, rows)),
            bind_scoring_service(Scoring(scorer, datasets, reader, config.max_scored_rows)),
            bind_scoring_function_service(ScoringFunctionOperations(functions)),
            bind_benchmark_service(BenchmarkOperations(benchmarks)),
            *evaluating,
            bind_service_info_service(Info(about)),
        ]


@asynccontextmanager
async def _evaluating(
    config: ServiceConfig, database: Database, resources: Resources
) -> AsyncGenerator[list[BoundService], None]:
    """Work on runs of benchmarks, and yield the services over them."""
    queue = JobQueue(database, JOBS)
    progress = Progress(database, queue)
    runs = RunStore(database, queue, config.evaluation.most_waiting)
    work = EvalWork(progress, runs, resources, config.evaluation)
    async with Worker(queue, work, config.evaluation).running():
        evaluations = Evaluations(resources, runs, progress, config.evaluation)
        yield [
            bind_eval_service(evaluations),
            bind_eval_report_service(EvalReports(runs, resources.scorer)),
        ]


if __name__ == "__main__":
    run(main())
