"""Operations of `fleet.eval.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.eval.v1 import codec, messages as m
from fleet.eval.v1 import benchmarks_pb2
from fleet.eval.v1 import datasetio_pb2
from fleet.eval.v1 import datasets_pb2
from fleet.eval.v1 import evaluation_pb2
from fleet.eval.v1 import reports_pb2
from fleet.eval.v1 import scoring_pb2
from fleet.eval.v1 import scoring_functions_pb2
from fleet_runtime.operation import NOTHING
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_AppendRowsRequest = MessageType(
    m.AppendRowsRequest,
    datasetio_pb2.AppendRowsRequest,
    codec.append_rows_request_to_proto,
    codec.append_rows_request_from_proto,
)
_Benchmark = MessageType(
    m.Benchmark, benchmarks_pb2.Benchmark, codec.benchmark_to_proto, codec.benchmark_from_proto
)
_BenchmarkList = MessageType(
    m.BenchmarkList,
    benchmarks_pb2.BenchmarkList,
    codec.benchmark_list_to_proto,
    codec.benchmark_list_from_proto,
)
_CancelEvalJobRequest = MessageType(
    m.CancelEvalJobRequest,
    evaluation_pb2.CancelEvalJobRequest,
    codec.cancel_eval_job_request_to_proto,
    codec.cancel_eval_job_request_from_proto,
)
_CompareEvalJobsRequest = MessageType(
    m.CompareEvalJobsRequest,
    reports_pb2.CompareEvalJobsRequest,
    codec.compare_eval_jobs_request_to_proto,
    codec.compare_eval_jobs_request_from_proto,
)
_Dataset = MessageType(
    m.Dataset, datasets_pb2.Dataset, codec.dataset_to_proto, codec.dataset_from_proto
)
_DatasetList = MessageType(
    m.DatasetList,
    datasets_pb2.DatasetList,
    codec.dataset_list_to_proto,
    codec.dataset_list_from_proto,
)
_EvalComparison = MessageType(
    m.EvalComparison,
    reports_pb2.EvalComparison,
    codec.eval_comparison_to_proto,
    codec.eval_comparison_from_proto,
)
_EvalJob = MessageType(
    m.EvalJob, evaluation_pb2.EvalJob, codec.eval_job_to_proto, codec.eval_job_from_proto
)
_EvalJobList = MessageType(
    m.EvalJobList,
    evaluation_pb2.EvalJobList,
    codec.eval_job_list_to_proto,
    codec.eval_job_list_from_proto,
)
_EvalReport = MessageType(
    m.EvalReport, reports_pb2.EvalReport, codec.eval_report_to_proto, codec.eval_report_from_proto
)
_EvalReportRowList = MessageType(
    m.EvalReportRowList,
    reports_pb2.EvalReportRowList,
    codec.eval_report_row_list_to_proto,
    codec.eval_report_row_list_from_proto,
)
_EvaluateResponse = MessageType(
    m.EvaluateResponse,
    evaluation_pb2.EvaluateResponse,
    codec.evaluate_response_to_proto,
    codec.evaluate_response_from_proto,
)
_EvaluateRowsRequest = MessageType(
    m.EvaluateRowsRequest,
    evaluation_pb2.EvaluateRowsRequest,
    codec.evaluate_rows_request_to_proto,
    codec.evaluate_rows_request_from_proto,
)
_EvaluateTaskRowsRequest = MessageType(
    m.EvaluateTaskRowsRequest,
    evaluation_pb2.EvaluateTaskRowsRequest,
    codec.evaluate_task_rows_request_to_proto,
    codec.evaluate_task_rows_request_from_proto,
)
_GetBenchmarkRequest = MessageType(
    m.GetBenchmarkRequest,
    benchmarks_pb2.GetBenchmarkRequest,
    codec.get_benchmark_request_to_proto,
    codec.get_benchmark_request_from_proto,
)
_GetDatasetRequest = MessageType(
    m.GetDatasetRequest,
    datasets_pb2.GetDatasetRequest,
    codec.get_dataset_request_to_proto,
    codec.get_dataset_request_from_proto,
)
_GetEvalJobRequest = MessageType(
    m.GetEvalJobRequest,
    evaluation_pb2.GetEvalJobRequest,
    codec.get_eval_job_request_to_proto,
    codec.get_eval_job_request_from_proto,
)
_GetEvalReportRequest = MessageType(
    m.GetEvalReportRequest,
    reports_pb2.GetEvalReportRequest,
    codec.get_eval_report_request_to_proto,
    codec.get_eval_report_request_from_proto,
)
_GetEvalResultRequest = MessageType(
    m.GetEvalResultRequest,
    evaluation_pb2.GetEvalResultRequest,
    codec.get_eval_result_request_to_proto,
    codec.get_eval_result_request_from_proto,
)
_GetRowsPaginatedRequest = MessageType(
    m.GetRowsPaginatedRequest,
    datasetio_pb2.GetRowsPaginatedRequest,
    codec.get_rows_paginated_request_to_proto,
    codec.get_rows_paginated_request_from_proto,
)
_GetScoringFunctionRequest = MessageType(
    m.GetScoringFunctionRequest,
    scoring_functions_pb2.GetScoringFunctionRequest,
    codec.get_scoring_function_request_to_proto,
    codec.get_scoring_function_request_from_proto,
)
_IterRowsRequest = MessageType(
    m.IterRowsRequest,
    datasetio_pb2.IterRowsRequest,
    codec.iter_rows_request_to_proto,
    codec.iter_rows_request_from_proto,
)
_ListBenchmarksRequest = MessageType(
    m.ListBenchmarksRequest,
    benchmarks_pb2.ListBenchmarksRequest,
    codec.list_benchmarks_request_to_proto,
    codec.list_benchmarks_request_from_proto,
)
_ListDatasetsRequest = MessageType(
    m.ListDatasetsRequest,
    datasets_pb2.ListDatasetsRequest,
    codec.list_datasets_request_to_proto,
    codec.list_datasets_request_from_proto,
)
_ListEvalJobsRequest = MessageType(
    m.ListEvalJobsRequest,
    evaluation_pb2.ListEvalJobsRequest,
    codec.list_eval_jobs_request_to_proto,
    codec.list_eval_jobs_request_from_proto,
)
_ListEvalReportRowsRequest = MessageType(
    m.ListEvalReportRowsRequest,
    reports_pb2.ListEvalReportRowsRequest,
    codec.list_eval_report_rows_request_to_proto,
    codec.list_eval_report_rows_request_from_proto,
)
_ListScoringFunctionsRequest = MessageType(
    m.ListScoringFunctionsRequest,
    scoring_functions_pb2.ListScoringFunctionsRequest,
    codec.list_scoring_functions_request_to_proto,
    codec.list_scoring_functions_request_from_proto,
)
_PaginatedRows = MessageType(
    m.PaginatedRows,
    datasetio_pb2.PaginatedRows,
    codec.paginated_rows_to_proto,
    codec.paginated_rows_from_proto,
)
_RegisterBenchmarkRequest = MessageType(
    m.RegisterBenchmarkRequest,
    benchmarks_pb2.RegisterBenchmarkRequest,
    codec.register_benchmark_request_to_proto,
    codec.register_benchmark_request_from_proto,
)
_RegisterDatasetRequest = MessageType(
    m.RegisterDatasetRequest,
    datasets_pb2.RegisterDatasetRequest,
    codec.register_dataset_request_to_proto,
    codec.register_dataset_request_from_proto,
)
_RegisterEvalTaskRequest = MessageType(
    m.RegisterEvalTaskRequest,
    benchmarks_pb2.RegisterEvalTaskRequest,
    codec.register_eval_task_request_to_proto,
    codec.register_eval_task_request_from_proto,
)
_RegisterScoringFunctionRequest = MessageType(
    m.RegisterScoringFunctionRequest,
    scoring_functions_pb2.RegisterScoringFunctionRequest,
    codec.register_scoring_function_request_to_proto,
    codec.register_scoring_function_request_from_proto,
)
_RowsPage = MessageType(
    m.RowsPage, datasetio_pb2.RowsPage, codec.rows_page_to_proto, codec.rows_page_from_proto
)
_RunEvalRequest = MessageType(
    m.RunEvalRequest,
    evaluation_pb2.RunEvalRequest,
    codec.run_eval_request_to_proto,
    codec.run_eval_request_from_proto,
)
_RunEvalTaskRequest = MessageType(
    m.RunEvalTaskRequest,
    evaluation_pb2.RunEvalTaskRequest,
    codec.run_eval_task_request_to_proto,
    codec.run_eval_task_request_from_proto,
)
_ScoreBatchRequest = MessageType(
    m.ScoreBatchRequest,
    scoring_pb2.ScoreBatchRequest,
    codec.score_batch_request_to_proto,
    codec.score_batch_request_from_proto,
)
_ScoreBatchResponse = MessageType(
    m.ScoreBatchResponse,
    scoring_pb2.ScoreBatchResponse,
    codec.score_batch_response_to_proto,
    codec.score_batch_response_from_proto,
)
_ScoreRequest = MessageType(
    m.ScoreRequest,
    scoring_pb2.ScoreRequest,
    codec.score_request_to_proto,
    codec.score_request_from_proto,
)
_ScoreResponse = MessageType(
    m.ScoreResponse,
    scoring_pb2.ScoreResponse,
    codec.score_response_to_proto,
    codec.score_response_from_proto,
)
_ScoringFunction = MessageType(
    m.ScoringFunction,
    scoring_functions_pb2.ScoringFunction,
    codec.scoring_function_to_proto,
    codec.scoring_function_from_proto,
)
_ScoringFunctionList = MessageType(
    m.ScoringFunctionList,
    scoring_functions_pb2.ScoringFunctionList,
    codec.scoring_function_list_to_proto,
    codec.scoring_function_list_from_proto,
)
_UnregisterBenchmarkRequest = MessageType(
    m.UnregisterBenchmarkRequest,
    benchmarks_pb2.UnregisterBenchmarkRequest,
    codec.unregister_benchmark_request_to_proto,
    codec.unregister_benchmark_request_from_proto,
)
_UnregisterDatasetRequest = MessageType(
    m.UnregisterDatasetRequest,
    datasets_pb2.UnregisterDatasetRequest,
    codec.unregister_dataset_request_to_proto,
    codec.unregister_dataset_request_from_proto,
)
_UnregisterScoringFunctionRequest = MessageType(
    m.UnregisterScoringFunctionRequest,
    scoring_functions_pb2.UnregisterScoringFunctionRequest,
    codec.unregister_scoring_function_request_to_proto,
    codec.unregister_scoring_function_request_from_proto,
)


class BenchmarkService(Protocol):
    """The benchmarks: a dataset, and the scoring functions that say how good answers to its rows are. As Llama Stack 0.7.3
    had it last, and at its older paths.
    """

    async def list_benchmarks(
        self, request: m.ListBenchmarksRequest, call: Call
    ) -> Answer[m.BenchmarkList]:
        """Lists all benchmarks: those of the config first, then those that were registered, oldest first."""
        ...

    async def register_benchmark(self, request: m.RegisterBenchmarkRequest, call: Call) -> None:
        """Registers a benchmark, for all replicas. One that is there already with the same settings is left as it is.

        Fails with `ALREADY_EXISTS` if the name stands for another benchmark, and with `INVALID_ARGUMENT` if the provider is
        unknown or refuses it. Whether there is such a dataset, and such functions, is seen when it is run.
        """
        ...

    async def register_eval_task(self, request: m.RegisterEvalTaskRequest, call: Call) -> None:
        """Registers a benchmark, as versions of Llama Stack before 0.1.3 did, which called it a task. Fails as
        `RegisterBenchmark` does.
        """
        ...

    async def get_benchmark(
        self, request: m.GetBenchmarkRequest, call: Call
    ) -> Answer[m.Benchmark]:
        """Gets a benchmark. Fails with `NOT_FOUND` if there is none of that name."""
        ...

    async def unregister_benchmark(self, request: m.UnregisterBenchmarkRequest, call: Call) -> None:
        """Takes a registered benchmark's name away. What came of its runs stays, and is found by their names.

        Fails with `NOT_FOUND` if there is none, and with `INVALID_ARGUMENT` if the config has it.
        """
        ...


BENCHMARK_SERVICE = "fleet.eval.v1.BenchmarkService"
"""The service's full name."""

LIST_BENCHMARKS = Operation(
    rpc="ListBenchmarks",
    request=_ListBenchmarksRequest,
    answer=_BenchmarkList,
    routes=(
        Route("GET", "/v1alpha/eval/benchmarks"),
        Route("GET", "/v1/eval/benchmarks"),
        Route("GET", "/v1/eval-tasks"),
    ),
    has_body=False,
)
REGISTER_BENCHMARK = Operation(
    rpc="RegisterBenchmark",
    request=_RegisterBenchmarkRequest,
    answer=NOTHING,
    routes=(
        Route("POST", "/v1alpha/eval/benchmarks"),
        Route("POST", "/v1/eval/benchmarks"),
    ),
    has_body=True,
)
REGISTER_EVAL_TASK = Operation(
    rpc="RegisterEvalTask",
    request=_RegisterEvalTaskRequest,
    answer=NOTHING,
    routes=(Route("POST", "/v1/eval-tasks"),),
    has_body=True,
)
GET_BENCHMARK = Operation(
    rpc="GetBenchmark",
    request=_GetBenchmarkRequest,
    answer=_Benchmark,
    routes=(
        Route("GET", "/v1alpha/eval/benchmarks/{benchmark_id}"),
        Route("GET", "/v1/eval/benchmarks/{benchmark_id}"),
        Route("GET", "/v1/eval-tasks/{benchmark_id}"),
    ),
    has_body=False,
)
UNREGISTER_BENCHMARK = Operation(
    rpc="UnregisterBenchmark",
    request=_UnregisterBenchmarkRequest,
    answer=NOTHING,
    routes=(
        Route("DELETE", "/v1alpha/eval/benchmarks/{benchmark_id}"),
        Route("DELETE", "/v1/eval/benchmarks/{benchmark_id}"),
    ),
    has_body=False,
)


def bind_benchmark_service(implementation: BenchmarkService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        BENCHMARK_SERVICE,
        (
            Binding(LIST_BENCHMARKS, implementation.list_benchmarks),
            Binding(REGISTER_BENCHMARK, implementation.register_benchmark),
            Binding(REGISTER_EVAL_TASK, implementation.register_eval_task),
            Binding(GET_BENCHMARK, implementation.get_benchmark),
            Binding(UNREGISTER_BENCHMARK, implementation.unregister_benchmark),
        ),
    )


class BenchmarkServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_benchmarks(
        self, request: m.ListBenchmarksRequest, call: Call
    ) -> m.BenchmarkList:
        """Lists all benchmarks: those of the config first, then those that were registered, oldest first."""
        answer: m.BenchmarkList = await self._channel.unary(
            BENCHMARK_SERVICE, LIST_BENCHMARKS, request, call
        )
        return answer

    async def register_benchmark(self, request: m.RegisterBenchmarkRequest, call: Call) -> None:
        """Registers a benchmark, for all replicas. One that is there already with the same settings is left as it is."""
        await self._channel.unary(BENCHMARK_SERVICE, REGISTER_BENCHMARK, request, call)

    async def register_eval_task(self, request: m.RegisterEvalTaskRequest, call: Call) -> None:
        """Registers a benchmark, as versions of Llama Stack before 0.1.3 did, which called it a task. Fails as"""
        await self._channel.unary(BENCHMARK_SERVICE, REGISTER_EVAL_TASK, request, call)

    async def get_benchmark(self, request: m.GetBenchmarkRequest, call: Call) -> m.Benchmark:
        """Gets a benchmark. Fails with `NOT_FOUND` if there is none of that name."""
        answer: m.Benchmark = await self._channel.unary(
            BENCHMARK_SERVICE, GET_BENCHMARK, request, call
        )
        return answer

    async def unregister_benchmark(self, request: m.UnregisterBenchmarkRequest, call: Call) -> None:
        """Takes a registered benchmark's name away. What came of its runs stays, and is found by their names."""
        await self._channel.unary(BENCHMARK_SERVICE, UNREGISTER_BENCHMARK, request, call)


class DatasetIoService(Protocol):
    """The rows of datasets. As Llama Stack 0.7.3 had it last, and at its older paths.

    Rows are those of the source, in its order, then those that were appended. However large the source is, no more of it
    is in memory than the rows of one page.
    """

    async def iter_rows(self, request: m.IterRowsRequest, call: Call) -> Answer[m.RowsPage]:
        """Gets rows, page by page. A page ends after `limit` rows, or earlier where the service's own bounds of a page are.

        Fails with `NOT_FOUND` if there is no such dataset, with `INVALID_ARGUMENT` if its source cannot be fetched, is of no
        format that is read, has a row that is no JSON object, or has changed since the page before; and as the provider's
        upstream does.
        """
        ...

    async def append_rows(self, request: m.AppendRowsRequest, call: Call) -> None:
        """Appends rows, all or none of them. They are kept by the service; what is at the source stays as it is.

        Fails with `NOT_FOUND` if there is no such dataset, and with `INVALID_ARGUMENT` if a row is no JSON object.
        """
        ...

    async def get_rows_paginated(
        self, request: m.GetRowsPaginatedRequest, call: Call
    ) -> Answer[m.PaginatedRows]:
        """Gets rows, page by page, as Llama Stack did before 0.1.8.

        Fails with `NOT_FOUND` if there is no such dataset, and else as `IterRows` does.
        """
        ...


DATASET_IO_SERVICE = "fleet.eval.v1.DatasetIoService"
"""The service's full name."""

ITER_ROWS = Operation(
    rpc="IterRows",
    request=_IterRowsRequest,
    answer=_RowsPage,
    routes=(
        Route("GET", "/v1beta/datasetio/iterrows/{dataset_id=**}"),
        Route("GET", "/v1/datasetio/iterrows/{dataset_id=**}"),
    ),
    has_body=False,
)
APPEND_ROWS = Operation(
    rpc="AppendRows",
    request=_AppendRowsRequest,
    answer=NOTHING,
    routes=(
        Route("POST", "/v1beta/datasetio/append-rows/{dataset_id=**}"),
        Route("POST", "/v1/datasetio/append-rows/{dataset_id=**}"),
        Route("POST", "/v1/datasetio/rows"),
    ),
    has_body=True,
)
GET_ROWS_PAGINATED = Operation(
    rpc="GetRowsPaginated",
    request=_GetRowsPaginatedRequest,
    answer=_PaginatedRows,
    routes=(Route("GET", "/v1/datasetio/rows"),),
    has_body=False,
)


def bind_dataset_io_service(implementation: DatasetIoService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        DATASET_IO_SERVICE,
        (
            Binding(ITER_ROWS, implementation.iter_rows),
            Binding(APPEND_ROWS, implementation.append_rows),
            Binding(GET_ROWS_PAGINATED, implementation.get_rows_paginated),
        ),
    )


class DatasetIoServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def iter_rows(self, request: m.IterRowsRequest, call: Call) -> m.RowsPage:
        """Gets rows, page by page. A page ends after `limit` rows, or earlier where the service's own bounds of a page are."""
        answer: m.RowsPage = await self._channel.unary(DATASET_IO_SERVICE, ITER_ROWS, request, call)
        return answer

    async def append_rows(self, request: m.AppendRowsRequest, call: Call) -> None:
        """Appends rows, all or none of them. They are kept by the service; what is at the source stays as it is."""
        await self._channel.unary(DATASET_IO_SERVICE, APPEND_ROWS, request, call)

    async def get_rows_paginated(
        self, request: m.GetRowsPaginatedRequest, call: Call
    ) -> m.PaginatedRows:
        """Gets rows, page by page, as Llama Stack did before 0.1.8."""
        answer: m.PaginatedRows = await self._channel.unary(
            DATASET_IO_SERVICE, GET_ROWS_PAGINATED, request, call
        )
        return answer


class DatasetService(Protocol):
    """The datasets: names for rows, wherever these are kept. As Llama Stack 0.7.3 had it last, and at its older paths."""

    async def list_datasets(
        self, request: m.ListDatasetsRequest, call: Call
    ) -> Answer[m.DatasetList]:
        """Lists all datasets: those of the config first, then those that were registered, oldest first."""
        ...

    async def register_dataset(
        self, request: m.RegisterDatasetRequest, call: Call
    ) -> Answer[m.Dataset]:
        """Registers a dataset. One that is there already with the same rows and settings is left as it is.

        Fails with `ALREADY_EXISTS` if the name stands for another dataset, and with `INVALID_ARGUMENT` if no provider reads
        such a source, or a row is no JSON object. Whether there is something at the source is seen when it is read.
        """
        ...

    async def get_dataset(self, request: m.GetDatasetRequest, call: Call) -> Answer[m.Dataset]:
        """Gets a dataset. Fails with `NOT_FOUND` if there is none of that name."""
        ...

    async def unregister_dataset(self, request: m.UnregisterDatasetRequest, call: Call) -> None:
        """Takes a registered dataset's name away, with the rows that are kept under it. What is at its source stays.

        Fails with `NOT_FOUND` if there is none, and with `INVALID_ARGUMENT` if the config has it.
        """
        ...


DATASET_SERVICE = "fleet.eval.v1.DatasetService"
"""The service's full name."""

LIST_DATASETS = Operation(
    rpc="ListDatasets",
    request=_ListDatasetsRequest,
    answer=_DatasetList,
    routes=(
        Route("GET", "/v1beta/datasets"),
        Route("GET", "/v1/datasets"),
    ),
    has_body=False,
)
REGISTER_DATASET = Operation(
    rpc="RegisterDataset",
    request=_RegisterDatasetRequest,
    answer=_Dataset,
    routes=(
        Route("POST", "/v1beta/datasets"),
        Route("POST", "/v1/datasets"),
    ),
    has_body=True,
)
GET_DATASET = Operation(
    rpc="GetDataset",
    request=_GetDatasetRequest,
    answer=_Dataset,
    routes=(
        Route("GET", "/v1beta/datasets/{dataset_id=**}"),
        Route("GET", "/v1/datasets/{dataset_id=**}"),
    ),
    has_body=False,
)
UNREGISTER_DATASET = Operation(
    rpc="UnregisterDataset",
    request=_UnregisterDatasetRequest,
    answer=NOTHING,
    routes=(
        Route("DELETE", "/v1beta/datasets/{dataset_id=**}"),
        Route("DELETE", "/v1/datasets/{dataset_id=**}"),
    ),
    has_body=False,
)


def bind_dataset_service(implementation: DatasetService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        DATASET_SERVICE,
        (
            Binding(LIST_DATASETS, implementation.list_datasets),
            Binding(REGISTER_DATASET, implementation.register_dataset),
            Binding(GET_DATASET, implementation.get_dataset),
            Binding(UNREGISTER_DATASET, implementation.unregister_dataset),
        ),
    )


class DatasetServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_datasets(self, request: m.ListDatasetsRequest, call: Call) -> m.DatasetList:
        """Lists all datasets: those of the config first, then those that were registered, oldest first."""
        answer: m.DatasetList = await self._channel.unary(
            DATASET_SERVICE, LIST_DATASETS, request, call
        )
        return answer

    async def register_dataset(self, request: m.RegisterDatasetRequest, call: Call) -> m.Dataset:
        """Registers a dataset. One that is there already with the same rows and settings is left as it is."""
        answer: m.Dataset = await self._channel.unary(
            DATASET_SERVICE, REGISTER_DATASET, request, call
        )
        return answer

    async def get_dataset(self, request: m.GetDatasetRequest, call: Call) -> m.Dataset:
        """Gets a dataset. Fails with `NOT_FOUND` if there is none of that name."""
        answer: m.Dataset = await self._channel.unary(DATASET_SERVICE, GET_DATASET, request, call)
        return answer

    async def unregister_dataset(self, request: m.UnregisterDatasetRequest, call: Call) -> None:
        """Takes a registered dataset's name away, with the rows that are kept under it. What is at its source stays."""
        await self._channel.unary(DATASET_SERVICE, UNREGISTER_DATASET, request, call)


class ScoringFunctionService(Protocol):
    """The scoring functions: those that the providers have, those of the config, and those that callers register, which are
    one of a provider's under another name and with other parameters. As Llama Stack 0.7.3 had it last.
    """

    async def list_scoring_functions(
        self, request: m.ListScoringFunctionsRequest, call: Call
    ) -> Answer[m.ScoringFunctionList]:
        """Lists all scoring functions."""
        ...

    async def register_scoring_function(
        self, request: m.RegisterScoringFunctionRequest, call: Call
    ) -> None:
        """Registers a scoring function, for all replicas. One that is there already with the same settings is left as it is.

        Fails with `ALREADY_EXISTS` if the name stands for another function, and with `INVALID_ARGUMENT` if the provider is
        unknown, has no such function, or its parameters are wrong.
        """
        ...

    async def get_scoring_function(
        self, request: m.GetScoringFunctionRequest, call: Call
    ) -> Answer[m.ScoringFunction]:
        """Gets a scoring function. Fails with `NOT_FOUND` if there is none of that name."""
        ...

    async def unregister_scoring_function(
        self, request: m.UnregisterScoringFunctionRequest, call: Call
    ) -> None:
        """Takes a registered scoring function away.

        Fails with `NOT_FOUND` if there is none, and with `INVALID_ARGUMENT` if it was not registered.
        """
        ...


SCORING_FUNCTION_SERVICE = "fleet.eval.v1.ScoringFunctionService"
"""The service's full name."""

LIST_SCORING_FUNCTIONS = Operation(
    rpc="ListScoringFunctions",
    request=_ListScoringFunctionsRequest,
    answer=_ScoringFunctionList,
    routes=(Route("GET", "/v1/scoring-functions"),),
    has_body=False,
)
REGISTER_SCORING_FUNCTION = Operation(
    rpc="RegisterScoringFunction",
    request=_RegisterScoringFunctionRequest,
    answer=NOTHING,
    routes=(Route("POST", "/v1/scoring-functions"),),
    has_body=True,
)
GET_SCORING_FUNCTION = Operation(
    rpc="GetScoringFunction",
    request=_GetScoringFunctionRequest,
    answer=_ScoringFunction,
    routes=(Route("GET", "/v1/scoring-functions/{scoring_fn_id=**}"),),
    has_body=False,
)
UNREGISTER_SCORING_FUNCTION = Operation(
    rpc="UnregisterScoringFunction",
    request=_UnregisterScoringFunctionRequest,
    answer=NOTHING,
    routes=(Route("DELETE", "/v1/scoring-functions/{scoring_fn_id=**}"),),
    has_body=False,
)


def bind_scoring_function_service(implementation: ScoringFunctionService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        SCORING_FUNCTION_SERVICE,
        (
            Binding(LIST_SCORING_FUNCTIONS, implementation.list_scoring_functions),
            Binding(REGISTER_SCORING_FUNCTION, implementation.register_scoring_function),
            Binding(GET_SCORING_FUNCTION, implementation.get_scoring_function),
            Binding(UNREGISTER_SCORING_FUNCTION, implementation.unregister_scoring_function),
        ),
    )


class ScoringFunctionServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_scoring_functions(
        self, request: m.ListScoringFunctionsRequest, call: Call
    ) -> m.ScoringFunctionList:
        """Lists all scoring functions."""
        answer: m.ScoringFunctionList = await self._channel.unary(
            SCORING_FUNCTION_SERVICE, LIST_SCORING_FUNCTIONS, request, call
        )
        return answer

    async def register_scoring_function(
        self, request: m.RegisterScoringFunctionRequest, call: Call
    ) -> None:
        """Registers a scoring function, for all replicas. One that is there already with the same settings is left as it is."""
        await self._channel.unary(
            SCORING_FUNCTION_SERVICE, REGISTER_SCORING_FUNCTION, request, call
        )

    async def get_scoring_function(
        self, request: m.GetScoringFunctionRequest, call: Call
    ) -> m.ScoringFunction:
        """Gets a scoring function. Fails with `NOT_FOUND` if there is none of that name."""
        answer: m.ScoringFunction = await self._channel.unary(
            SCORING_FUNCTION_SERVICE, GET_SCORING_FUNCTION, request, call
        )
        return answer

    async def unregister_scoring_function(
        self, request: m.UnregisterScoringFunctionRequest, call: Call
    ) -> None:
        """Takes a registered scoring function away."""
        await self._channel.unary(
            SCORING_FUNCTION_SERVICE, UNREGISTER_SCORING_FUNCTION, request, call
        )


class ScoringService(Protocol):
    """Scores what models answered. As Llama Stack 0.7.3 had it last.

    Where a model judges, both operations fail as the inference service does besides.
    """

    async def score(self, request: m.ScoreRequest, call: Call) -> Answer[m.ScoreResponse]:
        """Scores rows.

        Fails with `NOT_FOUND` if there is no such scoring function, with `INVALID_ARGUMENT` if its parameters are wrong or a
        row lacks what it reads, and with `UNAVAILABLE` (502 over REST) if the model that judges fails.
        """
        ...

    async def score_batch(
        self, request: m.ScoreBatchRequest, call: Call
    ) -> Answer[m.ScoreBatchResponse]:
        """Scores the rows of a dataset.

        Fails with `NOT_FOUND` if there is no such dataset or scoring function, with `INVALID_ARGUMENT` if its parameters are
        wrong or a row lacks what it reads, with `UNAVAILABLE` (502 over REST) if the model that judges fails, and as reading
        rows does.
        """
        ...


SCORING_SERVICE = "fleet.eval.v1.ScoringService"
"""The service's full name."""

SCORE = Operation(
    rpc="Score",
    request=_ScoreRequest,
    answer=_ScoreResponse,
    routes=(Route("POST", "/v1/scoring/score"),),
    has_body=True,
)
SCORE_BATCH = Operation(
    rpc="ScoreBatch",
    request=_ScoreBatchRequest,
    answer=_ScoreBatchResponse,
    routes=(Route("POST", "/v1/scoring/score-batch"),),
    has_body=True,
)


def bind_scoring_service(implementation: ScoringService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        SCORING_SERVICE,
        (
            Binding(SCORE, implementation.score),
            Binding(SCORE_BATCH, implementation.score_batch),
        ),
    )


class ScoringServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def score(self, request: m.ScoreRequest, call: Call) -> m.ScoreResponse:
        """Scores rows."""
        answer: m.ScoreResponse = await self._channel.unary(SCORING_SERVICE, SCORE, request, call)
        return answer

    async def score_batch(self, request: m.ScoreBatchRequest, call: Call) -> m.ScoreBatchResponse:
        """Scores the rows of a dataset."""
        answer: m.ScoreBatchResponse = await self._channel.unary(
            SCORING_SERVICE, SCORE_BATCH, request, call
        )
        return answer


class EvalService(Protocol):
    """Runs benchmarks: has a model or an agent answer the rows of their datasets, and scores the answers. As Llama Stack 0.7.3
    had it last, and at its older paths.

    Methods that name a benchmark or a job fail with `NOT_FOUND` if there is none, and a job is only found under its
    benchmark.
    """

    async def run_eval(self, request: m.RunEvalRequest, call: Call) -> Answer[m.EvalJob]:
        """Begins to run a benchmark. The job goes on whatever dies meanwhile.

        Fails with `NOT_FOUND` if the benchmark's dataset or a scoring function is not there, with `INVALID_ARGUMENT` if the
        candidate or the parameters are wrong, and with `RESOURCE_EXHAUSTED` if too many jobs wait.
        """
        ...

    async def run_eval_task(self, request: m.RunEvalTaskRequest, call: Call) -> Answer[m.EvalJob]:
        """Begins to run a benchmark, as versions of Llama Stack before 0.1.3 did. Fails as `RunEval` does."""
        ...

    async def list_eval_jobs(
        self, request: m.ListEvalJobsRequest, call: Call
    ) -> Answer[m.EvalJobList]:
        """Lists the jobs of a benchmark, newest first. An extension."""
        ...

    async def evaluate_rows(
        self, request: m.EvaluateRowsRequest, call: Call
    ) -> Answer[m.EvaluateResponse]:
        """Has rows answered and scored at once, which are the caller's own.

        Fails as `RunEval` does, as the model or the agent does, and with `UNIMPLEMENTED` if the benchmark's provider runs
        whole benchmarks only.
        """
        ...

    async def evaluate_task_rows(
        self, request: m.EvaluateTaskRowsRequest, call: Call
    ) -> Answer[m.EvaluateResponse]:
        """Has rows answered and scored at once, as versions of Llama Stack before 0.1.3 did. Fails as `EvaluateRows` does."""
        ...

    async def get_eval_job(self, request: m.GetEvalJobRequest, call: Call) -> Answer[m.EvalJob]:
        """Tells how far a job is."""
        ...

    async def cancel_eval_job(self, request: m.CancelEvalJobRequest, call: Call) -> None:
        """Ends a job early. What it has found so far stays in its report. One that is cancelled already stays as it is.

        Fails with `ALREADY_EXISTS` (409 over REST) if it has ended already.
        """
        ...

    async def get_eval_result(
        self, request: m.GetEvalResultRequest, call: Call
    ) -> Answer[m.EvaluateResponse]:
        """Gets all that came of a job. Fails with `INVALID_ARGUMENT` if it is not completed."""
        ...


EVAL_SERVICE = "fleet.eval.v1.EvalService"
"""The service's full name."""

RUN_EVAL = Operation(
    rpc="RunEval",
    request=_RunEvalRequest,
    answer=_EvalJob,
    routes=(
        Route("POST", "/v1alpha/eval/benchmarks/{benchmark_id}/jobs"),
        Route("POST", "/v1/eval/benchmarks/{benchmark_id}/jobs"),
    ),
    has_body=True,
)
RUN_EVAL_TASK = Operation(
    rpc="RunEvalTask",
    request=_RunEvalTaskRequest,
    answer=_EvalJob,
    routes=(Route("POST", "/v1/eval/tasks/{task_id}/jobs"),),
    has_body=True,
)
LIST_EVAL_JOBS = Operation(
    rpc="ListEvalJobs",
    request=_ListEvalJobsRequest,
    answer=_EvalJobList,
    routes=(Route("GET", "/v1alpha/eval/benchmarks/{benchmark_id}/jobs"),),
    has_body=False,
)
EVALUATE_ROWS = Operation(
    rpc="EvaluateRows",
    request=_EvaluateRowsRequest,
    answer=_EvaluateResponse,
    routes=(
        Route("POST", "/v1alpha/eval/benchmarks/{benchmark_id}/evaluations"),
        Route("POST", "/v1/eval/benchmarks/{benchmark_id}/evaluations"),
    ),
    has_body=True,
)
EVALUATE_TASK_ROWS = Operation(
    rpc="EvaluateTaskRows",
    request=_EvaluateTaskRowsRequest,
    answer=_EvaluateResponse,
    routes=(Route("POST", "/v1/eval/tasks/{task_id}/evaluations"),),
    has_body=True,
)
GET_EVAL_JOB = Operation(
    rpc="GetEvalJob",
    request=_GetEvalJobRequest,
    answer=_EvalJob,
    routes=(
        Route("GET", "/v1alpha/eval/benchmarks/{benchmark_id}/jobs/{job_id}"),
        Route("GET", "/v1/eval/benchmarks/{benchmark_id}/jobs/{job_id}"),
        Route("GET", "/v1/eval/tasks/{benchmark_id}/jobs/{job_id}"),
    ),
    has_body=False,
)
CANCEL_EVAL_JOB = Operation(
    rpc="CancelEvalJob",
    request=_CancelEvalJobRequest,
    answer=NOTHING,
    routes=(
        Route("DELETE", "/v1alpha/eval/benchmarks/{benchmark_id}/jobs/{job_id}"),
        Route("DELETE", "/v1/eval/benchmarks/{benchmark_id}/jobs/{job_id}"),
        Route("DELETE", "/v1/eval/tasks/{benchmark_id}/jobs/{job_id}"),
    ),
    has_body=False,
)
GET_EVAL_RESULT = Operation(
    rpc="GetEvalResult",
    request=_GetEvalResultRequest,
    answer=_EvaluateResponse,
    routes=(
        Route("GET", "/v1alpha/eval/benchmarks/{benchmark_id}/jobs/{job_id}/result"),
        Route("GET", "/v1/eval/benchmarks/{benchmark_id}/jobs/{job_id}/result"),
        Route("GET", "/v1/eval/tasks/{benchmark_id}/jobs/{job_id}/result"),
    ),
    has_body=False,
)


def bind_eval_service(implementation: EvalService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        EVAL_SERVICE,
        (
            Binding(RUN_EVAL, implementation.run_eval),
            Binding(RUN_EVAL_TASK, implementation.run_eval_task),
            Binding(LIST_EVAL_JOBS, implementation.list_eval_jobs),
            Binding(EVALUATE_ROWS, implementation.evaluate_rows),
            Binding(EVALUATE_TASK_ROWS, implementation.evaluate_task_rows),
            Binding(GET_EVAL_JOB, implementation.get_eval_job),
            Binding(CANCEL_EVAL_JOB, implementation.cancel_eval_job),
            Binding(GET_EVAL_RESULT, implementation.get_eval_result),
        ),
    )


class EvalServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def run_eval(self, request: m.RunEvalRequest, call: Call) -> m.EvalJob:
        """Begins to run a benchmark. The job goes on whatever dies meanwhile."""
        answer: m.EvalJob = await self._channel.unary(EVAL_SERVICE, RUN_EVAL, request, call)
        return answer

    async def run_eval_task(self, request: m.RunEvalTaskRequest, call: Call) -> m.EvalJob:
        """Begins to run a benchmark, as versions of Llama Stack before 0.1.3 did. Fails as `RunEval` does."""
        answer: m.EvalJob = await self._channel.unary(EVAL_SERVICE, RUN_EVAL_TASK, request, call)
        return answer

    async def list_eval_jobs(self, request: m.ListEvalJobsRequest, call: Call) -> m.EvalJobList:
        """Lists the jobs of a benchmark, newest first. An extension."""
        answer: m.EvalJobList = await self._channel.unary(
            EVAL_SERVICE, LIST_EVAL_JOBS, request, call
        )
        return answer

    async def evaluate_rows(self, request: m.EvaluateRowsRequest, call: Call) -> m.EvaluateResponse:
        """Has rows answered and scored at once, which are the caller's own."""
        answer: m.EvaluateResponse = await self._channel.unary(
            EVAL_SERVICE, EVALUATE_ROWS, request, call
        )
        return answer

    async def evaluate_task_rows(
        self, request: m.EvaluateTaskRowsRequest, call: Call
    ) -> m.EvaluateResponse:
        """Has rows answered and scored at once, as versions of Llama Stack before 0.1.3 did. Fails as `EvaluateRows` does."""
        answer: m.EvaluateResponse = await self._channel.unary(
            EVAL_SERVICE, EVALUATE_TASK_ROWS, request, call
        )
        return answer

    async def get_eval_job(self, request: m.GetEvalJobRequest, call: Call) -> m.EvalJob:
        """Tells how far a job is."""
        answer: m.EvalJob = await self._channel.unary(EVAL_SERVICE, GET_EVAL_JOB, request, call)
        return answer

    async def cancel_eval_job(self, request: m.CancelEvalJobRequest, call: Call) -> None:
        """Ends a job early. What it has found so far stays in its report. One that is cancelled already stays as it is."""
        await self._channel.unary(EVAL_SERVICE, CANCEL_EVAL_JOB, request, call)

    async def get_eval_result(
        self, request: m.GetEvalResultRequest, call: Call
    ) -> m.EvaluateResponse:
        """Gets all that came of a job. Fails with `INVALID_ARGUMENT` if it is not completed."""
        answer: m.EvaluateResponse = await self._channel.unary(
            EVAL_SERVICE, GET_EVAL_RESULT, request, call
        )
        return answer


class EvalReportService(Protocol):
    """What came of eval jobs, as people look at it: tables, single rows, and how two jobs differ. An extension of Llama
    Stack's API.

    All methods fail with `NOT_FOUND` if there is no such benchmark or no such job of it.
    """

    async def get_eval_report(
        self, request: m.GetEvalReportRequest, call: Call
    ) -> Answer[m.EvalReport]:
        """Gets the report of a job: of one that goes on, of what it has found so far."""
        ...

    async def list_eval_report_rows(
        self, request: m.ListEvalReportRowsRequest, call: Call
    ) -> Answer[m.EvalReportRowList]:
        """Lists the rows of a job with what came of each, in the order of the dataset.

        Fails with `INVALID_ARGUMENT` if `cursor` is none of this job.
        """
        ...

    async def compare_eval_jobs(
        self, request: m.CompareEvalJobsRequest, call: Call
    ) -> Answer[m.EvalComparison]:
        """Tells how the scores of two jobs of a benchmark differ, and whether by chance.

        Compared are the rows that both have scored and that are the same in both. Fails with `INVALID_ARGUMENT` if there are
        none.
        """
        ...


EVAL_REPORT_SERVICE = "fleet.eval.v1.EvalReportService"
"""The service's full name."""

GET_EVAL_REPORT = Operation(
    rpc="GetEvalReport",
    request=_GetEvalReportRequest,
    answer=_EvalReport,
    routes=(Route("GET", "/v1alpha/eval/benchmarks/{benchmark_id}/jobs/{job_id}/report"),),
    has_body=False,
)
LIST_EVAL_REPORT_ROWS = Operation(
    rpc="ListEvalReportRows",
    request=_ListEvalReportRowsRequest,
    answer=_EvalReportRowList,
    routes=(Route("GET", "/v1alpha/eval/benchmarks/{benchmark_id}/jobs/{job_id}/report/rows"),),
    has_body=False,
)
COMPARE_EVAL_JOBS = Operation(
    rpc="CompareEvalJobs",
    request=_CompareEvalJobsRequest,
    answer=_EvalComparison,
    routes=(
        Route(
            "GET", "/v1alpha/eval/benchmarks/{benchmark_id}/jobs/{job_id}/comparison/{other_job_id}"
        ),
    ),
    has_body=False,
)


def bind_eval_report_service(implementation: EvalReportService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        EVAL_REPORT_SERVICE,
        (
            Binding(GET_EVAL_REPORT, implementation.get_eval_report),
            Binding(LIST_EVAL_REPORT_ROWS, implementation.list_eval_report_rows),
            Binding(COMPARE_EVAL_JOBS, implementation.compare_eval_jobs),
        ),
    )


class EvalReportServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def get_eval_report(self, request: m.GetEvalReportRequest, call: Call) -> m.EvalReport:
        """Gets the report of a job: of one that goes on, of what it has found so far."""
        answer: m.EvalReport = await self._channel.unary(
            EVAL_REPORT_SERVICE, GET_EVAL_REPORT, request, call
        )
        return answer

    async def list_eval_report_rows(
        self, request: m.ListEvalReportRowsRequest, call: Call
    ) -> m.EvalReportRowList:
        """Lists the rows of a job with what came of each, in the order of the dataset."""
        answer: m.EvalReportRowList = await self._channel.unary(
            EVAL_REPORT_SERVICE, LIST_EVAL_REPORT_ROWS, request, call
        )
        return answer

    async def compare_eval_jobs(
        self, request: m.CompareEvalJobsRequest, call: Call
    ) -> m.EvalComparison:
        """Tells how the scores of two jobs of a benchmark differ, and whether by chance."""
        answer: m.EvalComparison = await self._channel.unary(
            EVAL_REPORT_SERVICE, COMPARE_EVAL_JOBS, request, call
        )
        return answer
