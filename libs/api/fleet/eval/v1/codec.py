"""Messages of `fleet.eval.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from fleet.eval.v1 import messages as m
from fleet.eval.v1 import benchmarks_pb2
from fleet.eval.v1 import datasetio_pb2
from fleet.eval.v1 import datasets_pb2
from fleet.eval.v1 import scoring_functions_pb2
from fleet.eval.v1 import scoring_pb2
from fleet.eval.v1 import evaluation_pb2
from fleet.eval.v1 import reports_pb2
from fleet_runtime.reading import json_text
from fleet_runtime.encoded import ABSENT


def list_benchmarks_request_from_proto(
    p: benchmarks_pb2.ListBenchmarksRequest,
) -> m.ListBenchmarksRequest:
    del p
    return m.ListBenchmarksRequest()


def list_benchmarks_request_to_proto(
    s: m.ListBenchmarksRequest,
) -> benchmarks_pb2.ListBenchmarksRequest:
    del s
    return benchmarks_pb2.ListBenchmarksRequest()


def benchmark_from_proto(p: benchmarks_pb2.Benchmark) -> m.Benchmark:
    return m.Benchmark(
        identifier=p.identifier,
        provider_resource_id=p.provider_resource_id if p.HasField("provider_resource_id") else None,
        provider_id=p.provider_id,
        dataset_id=p.dataset_id,
        scoring_functions=list(p.scoring_functions),
        metadata=json_text(p.metadata),
    )


def benchmark_to_proto(s: m.Benchmark) -> benchmarks_pb2.Benchmark:
    return benchmarks_pb2.Benchmark(
        identifier=s.identifier,
        provider_resource_id=s.provider_resource_id,
        provider_id=s.provider_id,
        type=s.type,
        dataset_id=s.dataset_id,
        scoring_functions=s.scoring_functions,
        metadata=bytes(s.metadata).decode(),
    )


def benchmark_list_from_proto(p: benchmarks_pb2.BenchmarkList) -> m.BenchmarkList:
    return m.BenchmarkList(
        data=[benchmark_from_proto(v) for v in p.data],
    )


def benchmark_list_to_proto(s: m.BenchmarkList) -> benchmarks_pb2.BenchmarkList:
    return benchmarks_pb2.BenchmarkList(
        data=[benchmark_to_proto(v) for v in s.data],
    )


def get_benchmark_request_from_proto(
    p: benchmarks_pb2.GetBenchmarkRequest,
) -> m.GetBenchmarkRequest:
    return m.GetBenchmarkRequest(
        benchmark_id=p.benchmark_id,
    )


def get_benchmark_request_to_proto(s: m.GetBenchmarkRequest) -> benchmarks_pb2.GetBenchmarkRequest:
    return benchmarks_pb2.GetBenchmarkRequest(
        benchmark_id=s.benchmark_id,
    )


def unregister_benchmark_request_from_proto(
    p: benchmarks_pb2.UnregisterBenchmarkRequest,
) -> m.UnregisterBenchmarkRequest:
    return m.UnregisterBenchmarkRequest(
        benchmark_id=p.benchmark_id,
    )


def unregister_benchmark_request_to_proto(
    s: m.UnregisterBenchmarkRequest,
) -> benchmarks_pb2.UnregisterBenchmarkRequest:
    return benchmarks_pb2.UnregisterBenchmarkRequest(
        benchmark_id=s.benchmark_id,
    )


def register_benchmark_request_from_proto(
    p: benchmarks_pb2.RegisterBenchmarkRequest,
) -> m.RegisterBenchmarkRequest:
    return m.RegisterBenchmarkRequest(
        benchmark_id=p.benchmark_id,
        dataset_id=p.dataset_id,
        scoring_functions=list(p.scoring_functions),
        provider_benchmark_id=p.provider_benchmark_id
        if p.HasField("provider_benchmark_id")
        else None,
        provider_id=p.provider_id if p.HasField("provider_id") else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
    )


def register_benchmark_request_to_proto(
    s: m.RegisterBenchmarkRequest,
) -> benchmarks_pb2.RegisterBenchmarkRequest:
    return benchmarks_pb2.RegisterBenchmarkRequest(
        benchmark_id=s.benchmark_id,
        dataset_id=s.dataset_id,
        scoring_functions=s.scoring_functions,
        provider_benchmark_id=s.provider_benchmark_id,
        provider_id=s.provider_id,
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
    )


def register_eval_task_request_from_proto(
    p: benchmarks_pb2.RegisterEvalTaskRequest,
) -> m.RegisterEvalTaskRequest:
    return m.RegisterEvalTaskRequest(
        eval_task_id=p.eval_task_id,
        dataset_id=p.dataset_id,
        scoring_functions=list(p.scoring_functions),
        provider_eval_task_id=p.provider_eval_task_id
        if p.HasField("provider_eval_task_id")
        else None,
        provider_id=p.provider_id if p.HasField("provider_id") else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
    )


def register_eval_task_request_to_proto(
    s: m.RegisterEvalTaskRequest,
) -> benchmarks_pb2.RegisterEvalTaskRequest:
    return benchmarks_pb2.RegisterEvalTaskRequest(
        eval_task_id=s.eval_task_id,
        dataset_id=s.dataset_id,
        scoring_functions=s.scoring_functions,
        provider_eval_task_id=s.provider_eval_task_id,
        provider_id=s.provider_id,
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
    )


def iter_rows_request_from_proto(p: datasetio_pb2.IterRowsRequest) -> m.IterRowsRequest:
    return m.IterRowsRequest(
        dataset_id=p.dataset_id,
        start_index=p.start_index if p.HasField("start_index") else None,
        limit=p.limit if p.HasField("limit") else None,
        cursor=p.cursor if p.HasField("cursor") else None,
    )


def iter_rows_request_to_proto(s: m.IterRowsRequest) -> datasetio_pb2.IterRowsRequest:
    return datasetio_pb2.IterRowsRequest(
        dataset_id=s.dataset_id,
        start_index=s.start_index,
        limit=s.limit,
        cursor=s.cursor,
    )


def rows_page_from_proto(p: datasetio_pb2.RowsPage) -> m.RowsPage:
    return m.RowsPage(
        data=[json_text(v) for v in p.data],
        has_more=p.has_more,
        url=p.url if p.HasField("url") else None,
        next_cursor=p.next_cursor if p.HasField("next_cursor") else None,
    )


def rows_page_to_proto(s: m.RowsPage) -> datasetio_pb2.RowsPage:
    return datasetio_pb2.RowsPage(
        data=[bytes(v).decode() for v in s.data],
        has_more=s.has_more,
        url=s.url,
        next_cursor=s.next_cursor,
    )


def append_rows_request_from_proto(p: datasetio_pb2.AppendRowsRequest) -> m.AppendRowsRequest:
    return m.AppendRowsRequest(
        dataset_id=p.dataset_id,
        rows=[json_text(v) for v in p.rows],
    )


def append_rows_request_to_proto(s: m.AppendRowsRequest) -> datasetio_pb2.AppendRowsRequest:
    return datasetio_pb2.AppendRowsRequest(
        dataset_id=s.dataset_id,
        rows=[bytes(v).decode() for v in s.rows],
    )


def get_rows_paginated_request_from_proto(
    p: datasetio_pb2.GetRowsPaginatedRequest,
) -> m.GetRowsPaginatedRequest:
    return m.GetRowsPaginatedRequest(
        dataset_id=p.dataset_id,
        rows_in_page=p.rows_in_page,
        page_token=p.page_token if p.HasField("page_token") else None,
        filter_condition=p.filter_condition if p.HasField("filter_condition") else None,
    )


def get_rows_paginated_request_to_proto(
    s: m.GetRowsPaginatedRequest,
) -> datasetio_pb2.GetRowsPaginatedRequest:
    return datasetio_pb2.GetRowsPaginatedRequest(
        dataset_id=s.dataset_id,
        rows_in_page=s.rows_in_page,
        page_token=s.page_token,
        filter_condition=s.filter_condition,
    )


def paginated_rows_from_proto(p: datasetio_pb2.PaginatedRows) -> m.PaginatedRows:
    return m.PaginatedRows(
        rows=[json_text(v) for v in p.rows],
        total_count=p.total_count,
        next_page_token=p.next_page_token if p.HasField("next_page_token") else None,
    )


def paginated_rows_to_proto(s: m.PaginatedRows) -> datasetio_pb2.PaginatedRows:
    return datasetio_pb2.PaginatedRows(
        rows=[bytes(v).decode() for v in s.rows],
        total_count=s.total_count,
        next_page_token=s.next_page_token,
    )


def list_datasets_request_from_proto(p: datasets_pb2.ListDatasetsRequest) -> m.ListDatasetsRequest:
    del p
    return m.ListDatasetsRequest()


def list_datasets_request_to_proto(s: m.ListDatasetsRequest) -> datasets_pb2.ListDatasetsRequest:
    del s
    return datasets_pb2.ListDatasetsRequest()


def dataset_rows_from_proto(p: datasets_pb2.DatasetRows) -> m.DatasetRows:
    return [json_text(v) for v in p.items]


def dataset_rows_to_proto(s: m.DatasetRows) -> datasets_pb2.DatasetRows:
    return datasets_pb2.DatasetRows(items=[bytes(v).decode() for v in s])


def dataset_source_from_proto(p: datasets_pb2.DatasetSource) -> m.DatasetSource:
    return m.DatasetSource(
        type=p.type,  # type: ignore[arg-type]
        uri=p.uri if p.HasField("uri") else None,
        rows=dataset_rows_from_proto(p.rows) if p.HasField("rows") else None,
    )


def dataset_source_to_proto(s: m.DatasetSource) -> datasets_pb2.DatasetSource:
    return datasets_pb2.DatasetSource(
        type=s.type,
        uri=s.uri,
        rows=None if s.rows is None else dataset_rows_to_proto(s.rows),
    )


def dataset_from_proto(p: datasets_pb2.Dataset) -> m.Dataset:
    return m.Dataset(
        identifier=p.identifier,
        provider_resource_id=p.provider_resource_id if p.HasField("provider_resource_id") else None,
        provider_id=p.provider_id,
        purpose=p.purpose,
        source=dataset_source_from_proto(p.source),
        metadata=json_text(p.metadata),
    )


def dataset_to_proto(s: m.Dataset) -> datasets_pb2.Dataset:
    return datasets_pb2.Dataset(
        identifier=s.identifier,
        provider_resource_id=s.provider_resource_id,
        provider_id=s.provider_id,
        type=s.type,
        purpose=s.purpose,
        source=dataset_source_to_proto(s.source),
        metadata=bytes(s.metadata).decode(),
    )


def dataset_list_from_proto(p: datasets_pb2.DatasetList) -> m.DatasetList:
    return m.DatasetList(
        data=[dataset_from_proto(v) for v in p.data],
    )


def dataset_list_to_proto(s: m.DatasetList) -> datasets_pb2.DatasetList:
    return datasets_pb2.DatasetList(
        data=[dataset_to_proto(v) for v in s.data],
    )


def get_dataset_request_from_proto(p: datasets_pb2.GetDatasetRequest) -> m.GetDatasetRequest:
    return m.GetDatasetRequest(
        dataset_id=p.dataset_id,
    )


def get_dataset_request_to_proto(s: m.GetDatasetRequest) -> datasets_pb2.GetDatasetRequest:
    return datasets_pb2.GetDatasetRequest(
        dataset_id=s.dataset_id,
    )


def unregister_dataset_request_from_proto(
    p: datasets_pb2.UnregisterDatasetRequest,
) -> m.UnregisterDatasetRequest:
    return m.UnregisterDatasetRequest(
        dataset_id=p.dataset_id,
    )


def unregister_dataset_request_to_proto(
    s: m.UnregisterDatasetRequest,
) -> datasets_pb2.UnregisterDatasetRequest:
    return datasets_pb2.UnregisterDatasetRequest(
        dataset_id=s.dataset_id,
    )


def register_dataset_request_from_proto(
    p: datasets_pb2.RegisterDatasetRequest,
) -> m.RegisterDatasetRequest:
    return m.RegisterDatasetRequest(
        purpose=p.purpose,  # type: ignore[arg-type]
        source=dataset_source_from_proto(p.source),
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
        dataset_id=p.dataset_id if p.HasField("dataset_id") else None,
    )


def register_dataset_request_to_proto(
    s: m.RegisterDatasetRequest,
) -> datasets_pb2.RegisterDatasetRequest:
    return datasets_pb2.RegisterDatasetRequest(
        purpose=s.purpose,
        source=dataset_source_to_proto(s.source),
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
        dataset_id=s.dataset_id,
    )


def list_scoring_functions_request_from_proto(
    p: scoring_functions_pb2.ListScoringFunctionsRequest,
) -> m.ListScoringFunctionsRequest:
    del p
    return m.ListScoringFunctionsRequest()


def list_scoring_functions_request_to_proto(
    s: m.ListScoringFunctionsRequest,
) -> scoring_functions_pb2.ListScoringFunctionsRequest:
    del s
    return scoring_functions_pb2.ListScoringFunctionsRequest()


def return_type_from_proto(p: scoring_functions_pb2.ReturnType) -> m.ReturnType:
    return m.ReturnType(
        type=p.type,  # type: ignore[arg-type]
    )


def return_type_to_proto(s: m.ReturnType) -> scoring_functions_pb2.ReturnType:
    return scoring_functions_pb2.ReturnType(
        type=s.type,
    )


def scoring_params_from_proto(p: scoring_functions_pb2.ScoringParams) -> m.ScoringParams:
    return m.ScoringParams(
        type=p.type,  # type: ignore[arg-type]
        judge_model=p.judge_model if p.HasField("judge_model") else None,
        prompt_template=p.prompt_template if p.HasField("prompt_template") else None,
        judge_score_regexes=list(p.judge_score_regexes) or None,
        parsing_regexes=list(p.parsing_regexes) or None,
        aggregation_functions=list(p.aggregation_functions) or None,  # type: ignore[arg-type]
    )


def scoring_params_to_proto(s: m.ScoringParams) -> scoring_functions_pb2.ScoringParams:
    return scoring_functions_pb2.ScoringParams(
        type=s.type,
        judge_model=s.judge_model,
        prompt_template=s.prompt_template,
        judge_score_regexes=s.judge_score_regexes,
        parsing_regexes=s.parsing_regexes,
        aggregation_functions=s.aggregation_functions,
    )


def scoring_function_from_proto(p: scoring_functions_pb2.ScoringFunction) -> m.ScoringFunction:
    return m.ScoringFunction(
        identifier=p.identifier,
        provider_resource_id=p.provider_resource_id if p.HasField("provider_resource_id") else None,
        provider_id=p.provider_id,
        description=p.description if p.HasField("description") else None,
        metadata=json_text(p.metadata),
        return_type=return_type_from_proto(p.return_type),
        params=scoring_params_from_proto(p.params) if p.HasField("params") else None,
    )


def scoring_function_to_proto(s: m.ScoringFunction) -> scoring_functions_pb2.ScoringFunction:
    return scoring_functions_pb2.ScoringFunction(
        identifier=s.identifier,
        provider_resource_id=s.provider_resource_id,
        provider_id=s.provider_id,
        type=s.type,
        description=s.description,
        metadata=bytes(s.metadata).decode(),
        return_type=return_type_to_proto(s.return_type),
        params=None if s.params is None else scoring_params_to_proto(s.params),
    )


def scoring_function_list_from_proto(
    p: scoring_functions_pb2.ScoringFunctionList,
) -> m.ScoringFunctionList:
    return m.ScoringFunctionList(
        data=[scoring_function_from_proto(v) for v in p.data],
    )


def scoring_function_list_to_proto(
    s: m.ScoringFunctionList,
) -> scoring_functions_pb2.ScoringFunctionList:
    return scoring_functions_pb2.ScoringFunctionList(
        data=[scoring_function_to_proto(v) for v in s.data],
    )


def get_scoring_function_request_from_proto(
    p: scoring_functions_pb2.GetScoringFunctionRequest,
) -> m.GetScoringFunctionRequest:
    return m.GetScoringFunctionRequest(
        scoring_fn_id=p.scoring_fn_id,
    )


def get_scoring_function_request_to_proto(
    s: m.GetScoringFunctionRequest,
) -> scoring_functions_pb2.GetScoringFunctionRequest:
    return scoring_functions_pb2.GetScoringFunctionRequest(
        scoring_fn_id=s.scoring_fn_id,
    )


def unregister_scoring_function_request_from_proto(
    p: scoring_functions_pb2.UnregisterScoringFunctionRequest,
) -> m.UnregisterScoringFunctionRequest:
    return m.UnregisterScoringFunctionRequest(
        scoring_fn_id=p.scoring_fn_id,
    )


def unregister_scoring_function_request_to_proto(
    s: m.UnregisterScoringFunctionRequest,
) -> scoring_functions_pb2.UnregisterScoringFunctionRequest:
    return scoring_functions_pb2.UnregisterScoringFunctionRequest(
        scoring_fn_id=s.scoring_fn_id,
    )


def register_scoring_function_request_from_proto(
    p: scoring_functions_pb2.RegisterScoringFunctionRequest,
) -> m.RegisterScoringFunctionRequest:
    return m.RegisterScoringFunctionRequest(
        scoring_fn_id=p.scoring_fn_id,
        description=p.description,
        return_type=return_type_from_proto(p.return_type),
        provider_scoring_fn_id=p.provider_scoring_fn_id
        if p.HasField("provider_scoring_fn_id")
        else None,
        provider_id=p.provider_id if p.HasField("provider_id") else None,
        params=scoring_params_from_proto(p.params) if p.HasField("params") else None,
    )


def register_scoring_function_request_to_proto(
    s: m.RegisterScoringFunctionRequest,
) -> scoring_functions_pb2.RegisterScoringFunctionRequest:
    return scoring_functions_pb2.RegisterScoringFunctionRequest(
        scoring_fn_id=s.scoring_fn_id,
        description=s.description,
        return_type=return_type_to_proto(s.return_type),
        provider_scoring_fn_id=s.provider_scoring_fn_id,
        provider_id=s.provider_id,
        params=None if s.params is None else scoring_params_to_proto(s.params),
    )


def optional_scoring_params_from_proto(
    p: scoring_pb2.OptionalScoringParams,
) -> m.OptionalScoringParams:
    kind = p.WhichOneof("value")
    if kind == "params":
        return scoring_params_from_proto(p.params)
    return None


def optional_scoring_params_to_proto(
    s: m.OptionalScoringParams,
) -> scoring_pb2.OptionalScoringParams:
    if isinstance(s, m.ScoringParams):
        return scoring_pb2.OptionalScoringParams(params=scoring_params_to_proto(s))
    return scoring_pb2.OptionalScoringParams()


def score_request_from_proto(p: scoring_pb2.ScoreRequest) -> m.ScoreRequest:
    return m.ScoreRequest(
        input_rows=[json_text(v) for v in p.input_rows],
        scoring_functions={
            k: optional_scoring_params_from_proto(v) for k, v in p.scoring_functions.items()
        },
    )


def score_request_to_proto(s: m.ScoreRequest) -> scoring_pb2.ScoreRequest:
    return scoring_pb2.ScoreRequest(
        input_rows=[bytes(v).decode() for v in s.input_rows],
        scoring_functions={
            k: optional_scoring_params_to_proto(v) for k, v in s.scoring_functions.items()
        },
    )


def scoring_result_from_proto(p: scoring_pb2.ScoringResult) -> m.ScoringResult:
    return m.ScoringResult(
        score_rows=[json_text(v) for v in p.score_rows],
        aggregated_results=json_text(p.aggregated_results),
    )


def scoring_result_to_proto(s: m.ScoringResult) -> scoring_pb2.ScoringResult:
    return scoring_pb2.ScoringResult(
        score_rows=[bytes(v).decode() for v in s.score_rows],
        aggregated_results=bytes(s.aggregated_results).decode(),
    )


def score_response_from_proto(p: scoring_pb2.ScoreResponse) -> m.ScoreResponse:
    return m.ScoreResponse(
        results={k: scoring_result_from_proto(v) for k, v in p.results.items()},
    )


def score_response_to_proto(s: m.ScoreResponse) -> scoring_pb2.ScoreResponse:
    return scoring_pb2.ScoreResponse(
        results={k: scoring_result_to_proto(v) for k, v in s.results.items()},
    )


def score_batch_request_from_proto(p: scoring_pb2.ScoreBatchRequest) -> m.ScoreBatchRequest:
    return m.ScoreBatchRequest(
        dataset_id=p.dataset_id,
        scoring_functions={
            k: optional_scoring_params_from_proto(v) for k, v in p.scoring_functions.items()
        },
        save_results_dataset=p.save_results_dataset if p.HasField("save_results_dataset") else None,
    )


def score_batch_request_to_proto(s: m.ScoreBatchRequest) -> scoring_pb2.ScoreBatchRequest:
    return scoring_pb2.ScoreBatchRequest(
        dataset_id=s.dataset_id,
        scoring_functions={
            k: optional_scoring_params_to_proto(v) for k, v in s.scoring_functions.items()
        },
        save_results_dataset=s.save_results_dataset,
    )


def score_batch_response_from_proto(p: scoring_pb2.ScoreBatchResponse) -> m.ScoreBatchResponse:
    return m.ScoreBatchResponse(
        dataset_id=p.dataset_id if p.HasField("dataset_id") else None,
        results={k: scoring_result_from_proto(v) for k, v in p.results.items()},
    )


def score_batch_response_to_proto(s: m.ScoreBatchResponse) -> scoring_pb2.ScoreBatchResponse:
    return scoring_pb2.ScoreBatchResponse(
        dataset_id=s.dataset_id,
        results={k: scoring_result_to_proto(v) for k, v in s.results.items()},
    )


def eval_sampling_strategy_from_proto(
    p: evaluation_pb2.EvalSamplingStrategy,
) -> m.EvalSamplingStrategy:
    return m.EvalSamplingStrategy(
        type=p.type,  # type: ignore[arg-type]
        temperature=p.temperature if p.HasField("temperature") else None,
        top_p=p.top_p if p.HasField("top_p") else None,
        top_k=p.top_k if p.HasField("top_k") else None,
    )


def eval_sampling_strategy_to_proto(
    s: m.EvalSamplingStrategy,
) -> evaluation_pb2.EvalSamplingStrategy:
    return evaluation_pb2.EvalSamplingStrategy(
        type=s.type,
        temperature=s.temperature,
        top_p=s.top_p,
        top_k=s.top_k,
    )


def eval_sampling_params_from_proto(p: evaluation_pb2.EvalSamplingParams) -> m.EvalSamplingParams:
    return m.EvalSamplingParams(
        strategy=eval_sampling_strategy_from_proto(p.strategy) if p.HasField("strategy") else None,
        max_tokens=p.max_tokens if p.HasField("max_tokens") else None,
        repetition_penalty=p.repetition_penalty if p.HasField("repetition_penalty") else None,
        stop=list(p.stop) or None,
    )


def eval_sampling_params_to_proto(s: m.EvalSamplingParams) -> evaluation_pb2.EvalSamplingParams:
    return evaluation_pb2.EvalSamplingParams(
        strategy=None if s.strategy is None else eval_sampling_strategy_to_proto(s.strategy),
        max_tokens=s.max_tokens,
        repetition_penalty=s.repetition_penalty,
        stop=s.stop,
    )


def eval_system_message_from_proto(p: evaluation_pb2.EvalSystemMessage) -> m.EvalSystemMessage:
    return m.EvalSystemMessage(
        content=json_text(p.content),
    )


def eval_system_message_to_proto(s: m.EvalSystemMessage) -> evaluation_pb2.EvalSystemMessage:
    return evaluation_pb2.EvalSystemMessage(
        role=s.role,
        content=bytes(s.content).decode(),
    )


def eval_candidate_from_proto(p: evaluation_pb2.EvalCandidate) -> m.EvalCandidate:
    return m.EvalCandidate(
        type=p.type,  # type: ignore[arg-type]
        model=p.model if p.HasField("model") else None,
        sampling_params=eval_sampling_params_from_proto(p.sampling_params)
        if p.HasField("sampling_params")
        else None,
        system_message=eval_system_message_from_proto(p.system_message)
        if p.HasField("system_message")
        else None,
        config=json_text(p.config) if p.HasField("config") else ABSENT,
    )


def eval_candidate_to_proto(s: m.EvalCandidate) -> evaluation_pb2.EvalCandidate:
    return evaluation_pb2.EvalCandidate(
        type=s.type,
        model=s.model,
        sampling_params=None
        if s.sampling_params is None
        else eval_sampling_params_to_proto(s.sampling_params),
        system_message=None
        if s.system_message is None
        else eval_system_message_to_proto(s.system_message),
        config=None if s.config is ABSENT else bytes(s.config).decode(),
    )


def benchmark_config_from_proto(p: evaluation_pb2.BenchmarkConfig) -> m.BenchmarkConfig:
    return m.BenchmarkConfig(
        eval_candidate=eval_candidate_from_proto(p.eval_candidate),
        scoring_params={k: scoring_params_from_proto(v) for k, v in p.scoring_params.items()}
        or None,
        num_examples=p.num_examples if p.HasField("num_examples") else None,
        use_cache=p.use_cache if p.HasField("use_cache") else None,
    )


def benchmark_config_to_proto(s: m.BenchmarkConfig) -> evaluation_pb2.BenchmarkConfig:
    return evaluation_pb2.BenchmarkConfig(
        eval_candidate=eval_candidate_to_proto(s.eval_candidate),
        scoring_params={k: scoring_params_to_proto(v) for k, v in (s.scoring_params or {}).items()},
        num_examples=s.num_examples,
        use_cache=s.use_cache,
    )


def run_eval_request_from_proto(p: evaluation_pb2.RunEvalRequest) -> m.RunEvalRequest:
    return m.RunEvalRequest(
        benchmark_id=p.benchmark_id,
        benchmark_config=benchmark_config_from_proto(p.benchmark_config),
    )


def run_eval_request_to_proto(s: m.RunEvalRequest) -> evaluation_pb2.RunEvalRequest:
    return evaluation_pb2.RunEvalRequest(
        benchmark_id=s.benchmark_id,
        benchmark_config=benchmark_config_to_proto(s.benchmark_config),
    )


def run_eval_task_request_from_proto(p: evaluation_pb2.RunEvalTaskRequest) -> m.RunEvalTaskRequest:
    return m.RunEvalTaskRequest(
        task_id=p.task_id,
        task_config=benchmark_config_from_proto(p.task_config),
    )


def run_eval_task_request_to_proto(s: m.RunEvalTaskRequest) -> evaluation_pb2.RunEvalTaskRequest:
    return evaluation_pb2.RunEvalTaskRequest(
        task_id=s.task_id,
        task_config=benchmark_config_to_proto(s.task_config),
    )


def evaluate_rows_request_from_proto(
    p: evaluation_pb2.EvaluateRowsRequest,
) -> m.EvaluateRowsRequest:
    return m.EvaluateRowsRequest(
        benchmark_id=p.benchmark_id,
        input_rows=[json_text(v) for v in p.input_rows],
        scoring_functions=list(p.scoring_functions),
        benchmark_config=benchmark_config_from_proto(p.benchmark_config),
    )


def evaluate_rows_request_to_proto(s: m.EvaluateRowsRequest) -> evaluation_pb2.EvaluateRowsRequest:
    return evaluation_pb2.EvaluateRowsRequest(
        benchmark_id=s.benchmark_id,
        input_rows=[bytes(v).decode() for v in s.input_rows],
        scoring_functions=s.scoring_functions,
        benchmark_config=benchmark_config_to_proto(s.benchmark_config),
    )


def evaluate_task_rows_request_from_proto(
    p: evaluation_pb2.EvaluateTaskRowsRequest,
) -> m.EvaluateTaskRowsRequest:
    return m.EvaluateTaskRowsRequest(
        task_id=p.task_id,
        input_rows=[json_text(v) for v in p.input_rows],
        scoring_functions=list(p.scoring_functions),
        task_config=benchmark_config_from_proto(p.task_config),
    )


def evaluate_task_rows_request_to_proto(
    s: m.EvaluateTaskRowsRequest,
) -> evaluation_pb2.EvaluateTaskRowsRequest:
    return evaluation_pb2.EvaluateTaskRowsRequest(
        task_id=s.task_id,
        input_rows=[bytes(v).decode() for v in s.input_rows],
        scoring_functions=s.scoring_functions,
        task_config=benchmark_config_to_proto(s.task_config),
    )


def get_eval_job_request_from_proto(p: evaluation_pb2.GetEvalJobRequest) -> m.GetEvalJobRequest:
    return m.GetEvalJobRequest(
        benchmark_id=p.benchmark_id,
        job_id=p.job_id,
    )


def get_eval_job_request_to_proto(s: m.GetEvalJobRequest) -> evaluation_pb2.GetEvalJobRequest:
    return evaluation_pb2.GetEvalJobRequest(
        benchmark_id=s.benchmark_id,
        job_id=s.job_id,
    )


def cancel_eval_job_request_from_proto(
    p: evaluation_pb2.CancelEvalJobRequest,
) -> m.CancelEvalJobRequest:
    return m.CancelEvalJobRequest(
        benchmark_id=p.benchmark_id,
        job_id=p.job_id,
    )


def cancel_eval_job_request_to_proto(
    s: m.CancelEvalJobRequest,
) -> evaluation_pb2.CancelEvalJobRequest:
    return evaluation_pb2.CancelEvalJobRequest(
        benchmark_id=s.benchmark_id,
        job_id=s.job_id,
    )


def get_eval_result_request_from_proto(
    p: evaluation_pb2.GetEvalResultRequest,
) -> m.GetEvalResultRequest:
    return m.GetEvalResultRequest(
        benchmark_id=p.benchmark_id,
        job_id=p.job_id,
    )


def get_eval_result_request_to_proto(
    s: m.GetEvalResultRequest,
) -> evaluation_pb2.GetEvalResultRequest:
    return evaluation_pb2.GetEvalResultRequest(
        benchmark_id=s.benchmark_id,
        job_id=s.job_id,
    )


def list_eval_jobs_request_from_proto(
    p: evaluation_pb2.ListEvalJobsRequest,
) -> m.ListEvalJobsRequest:
    return m.ListEvalJobsRequest(
        benchmark_id=p.benchmark_id,
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
    )


def list_eval_jobs_request_to_proto(s: m.ListEvalJobsRequest) -> evaluation_pb2.ListEvalJobsRequest:
    return evaluation_pb2.ListEvalJobsRequest(
        benchmark_id=s.benchmark_id,
        after=s.after,
        limit=s.limit,
    )


def eval_progress_from_proto(p: evaluation_pb2.EvalProgress) -> m.EvalProgress:
    return m.EvalProgress(
        total=p.total if p.HasField("total") else None,
        answered=p.answered,
        cached=p.cached,
        failed=p.failed,
        scored=p.scored,
    )


def eval_progress_to_proto(s: m.EvalProgress) -> evaluation_pb2.EvalProgress:
    return evaluation_pb2.EvalProgress(
        total=s.total,
        answered=s.answered,
        cached=s.cached,
        failed=s.failed,
        scored=s.scored,
    )


def eval_error_from_proto(p: evaluation_pb2.EvalError) -> m.EvalError:
    return m.EvalError(
        code=p.code if p.HasField("code") else None,
        message=p.message,
    )


def eval_error_to_proto(s: m.EvalError) -> evaluation_pb2.EvalError:
    return evaluation_pb2.EvalError(
        code=s.code,
        message=s.message,
    )


def eval_job_from_proto(p: evaluation_pb2.EvalJob) -> m.EvalJob:
    return m.EvalJob(
        job_id=p.job_id,
        status=p.status,
        progress=eval_progress_from_proto(p.progress),
        error=eval_error_from_proto(p.error) if p.HasField("error") else None,
        created_at=p.created_at,
        ended_at=p.ended_at if p.HasField("ended_at") else None,
    )


def eval_job_to_proto(s: m.EvalJob) -> evaluation_pb2.EvalJob:
    return evaluation_pb2.EvalJob(
        job_id=s.job_id,
        status=s.status,
        progress=eval_progress_to_proto(s.progress),
        error=None if s.error is None else eval_error_to_proto(s.error),
        created_at=s.created_at,
        ended_at=s.ended_at,
    )


def eval_job_list_from_proto(p: evaluation_pb2.EvalJobList) -> m.EvalJobList:
    return m.EvalJobList(
        data=[eval_job_from_proto(v) for v in p.data],
        has_more=p.has_more,
        last_id=p.last_id if p.HasField("last_id") else None,
    )


def eval_job_list_to_proto(s: m.EvalJobList) -> evaluation_pb2.EvalJobList:
    return evaluation_pb2.EvalJobList(
        data=[eval_job_to_proto(v) for v in s.data],
        has_more=s.has_more,
        last_id=s.last_id,
    )


def evaluate_response_from_proto(p: evaluation_pb2.EvaluateResponse) -> m.EvaluateResponse:
    return m.EvaluateResponse(
        generations=[json_text(v) for v in p.generations],
        scores={k: scoring_result_from_proto(v) for k, v in p.scores.items()},
    )


def evaluate_response_to_proto(s: m.EvaluateResponse) -> evaluation_pb2.EvaluateResponse:
    return evaluation_pb2.EvaluateResponse(
        generations=[bytes(v).decode() for v in s.generations],
        scores={k: scoring_result_to_proto(v) for k, v in s.scores.items()},
    )


def get_eval_report_request_from_proto(
    p: reports_pb2.GetEvalReportRequest,
) -> m.GetEvalReportRequest:
    return m.GetEvalReportRequest(
        benchmark_id=p.benchmark_id,
        job_id=p.job_id,
        group_by=p.group_by if p.HasField("group_by") else None,
    )


def get_eval_report_request_to_proto(s: m.GetEvalReportRequest) -> reports_pb2.GetEvalReportRequest:
    return reports_pb2.GetEvalReportRequest(
        benchmark_id=s.benchmark_id,
        job_id=s.job_id,
        group_by=s.group_by,
    )


def eval_interval_from_proto(p: reports_pb2.EvalInterval) -> m.EvalInterval:
    return m.EvalInterval(
        level=p.level,
        lower=p.lower,
        upper=p.upper,
        method=p.method,
    )


def eval_interval_to_proto(s: m.EvalInterval) -> reports_pb2.EvalInterval:
    return reports_pb2.EvalInterval(
        level=s.level,
        lower=s.lower,
        upper=s.upper,
        method=s.method,
    )


def eval_metric_from_proto(p: reports_pb2.EvalMetric) -> m.EvalMetric:
    return m.EvalMetric(
        scoring_function=p.scoring_function,
        name=p.name,
        value=p.value if p.HasField("value") else None,
        interval=eval_interval_from_proto(p.interval) if p.HasField("interval") else None,
    )


def eval_metric_to_proto(s: m.EvalMetric) -> reports_pb2.EvalMetric:
    return reports_pb2.EvalMetric(
        scoring_function=s.scoring_function,
        name=s.name,
        value=s.value,
        interval=None if s.interval is None else eval_interval_to_proto(s.interval),
    )


def eval_group_from_proto(p: reports_pb2.EvalGroup) -> m.EvalGroup:
    return m.EvalGroup(
        value=p.value if p.HasField("value") else None,
        count=p.count,
        metrics=[eval_metric_from_proto(v) for v in p.metrics],
    )


def eval_group_to_proto(s: m.EvalGroup) -> reports_pb2.EvalGroup:
    return reports_pb2.EvalGroup(
        value=s.value,
        count=s.count,
        metrics=[eval_metric_to_proto(v) for v in s.metrics],
    )


def eval_report_from_proto(p: reports_pb2.EvalReport) -> m.EvalReport:
    return m.EvalReport(
        job=eval_job_from_proto(p.job),
        benchmark_id=p.benchmark_id,
        provider_id=p.provider_id,
        dataset_id=p.dataset_id,
        benchmark_config=benchmark_config_from_proto(p.benchmark_config),
        metrics=[eval_metric_from_proto(v) for v in p.metrics],
        groups=[eval_group_from_proto(v) for v in p.groups] or None,
    )


def eval_report_to_proto(s: m.EvalReport) -> reports_pb2.EvalReport:
    return reports_pb2.EvalReport(
        job=eval_job_to_proto(s.job),
        benchmark_id=s.benchmark_id,
        provider_id=s.provider_id,
        dataset_id=s.dataset_id,
        benchmark_config=benchmark_config_to_proto(s.benchmark_config),
        metrics=[eval_metric_to_proto(v) for v in s.metrics],
        groups=[eval_group_to_proto(v) for v in s.groups or ()],
    )


def list_eval_report_rows_request_from_proto(
    p: reports_pb2.ListEvalReportRowsRequest,
) -> m.ListEvalReportRowsRequest:
    return m.ListEvalReportRowsRequest(
        benchmark_id=p.benchmark_id,
        job_id=p.job_id,
        cursor=p.cursor if p.HasField("cursor") else None,
        limit=p.limit if p.HasField("limit") else None,
        scoring_function=p.scoring_function if p.HasField("scoring_function") else None,
        min_score=p.min_score if p.HasField("min_score") else None,
        max_score=p.max_score if p.HasField("max_score") else None,
        failed=p.failed if p.HasField("failed") else None,
    )


def list_eval_report_rows_request_to_proto(
    s: m.ListEvalReportRowsRequest,
) -> reports_pb2.ListEvalReportRowsRequest:
    return reports_pb2.ListEvalReportRowsRequest(
        benchmark_id=s.benchmark_id,
        job_id=s.job_id,
        cursor=s.cursor,
        limit=s.limit,
        scoring_function=s.scoring_function,
        min_score=s.min_score,
        max_score=s.max_score,
        failed=s.failed,
    )


def eval_report_row_from_proto(p: reports_pb2.EvalReportRow) -> m.EvalReportRow:
    return m.EvalReportRow(
        index=p.index,
        row=json_text(p.row),
        generation=json_text(p.generation),
        scores=json_text(p.scores),
        cached=p.cached,
        error=eval_error_from_proto(p.error) if p.HasField("error") else None,
    )


def eval_report_row_to_proto(s: m.EvalReportRow) -> reports_pb2.EvalReportRow:
    return reports_pb2.EvalReportRow(
        index=s.index,
        row=bytes(s.row).decode(),
        generation=bytes(s.generation).decode(),
        scores=bytes(s.scores).decode(),
        cached=s.cached,
        error=None if s.error is None else eval_error_to_proto(s.error),
    )


def eval_report_row_list_from_proto(p: reports_pb2.EvalReportRowList) -> m.EvalReportRowList:
    return m.EvalReportRowList(
        data=[eval_report_row_from_proto(v) for v in p.data],
        has_more=p.has_more,
        next_cursor=p.next_cursor if p.HasField("next_cursor") else None,
    )


def eval_report_row_list_to_proto(s: m.EvalReportRowList) -> reports_pb2.EvalReportRowList:
    return reports_pb2.EvalReportRowList(
        data=[eval_report_row_to_proto(v) for v in s.data],
        has_more=s.has_more,
        next_cursor=s.next_cursor,
    )


def compare_eval_jobs_request_from_proto(
    p: reports_pb2.CompareEvalJobsRequest,
) -> m.CompareEvalJobsRequest:
    return m.CompareEvalJobsRequest(
        benchmark_id=p.benchmark_id,
        job_id=p.job_id,
        other_job_id=p.other_job_id,
    )


def compare_eval_jobs_request_to_proto(
    s: m.CompareEvalJobsRequest,
) -> reports_pb2.CompareEvalJobsRequest:
    return reports_pb2.CompareEvalJobsRequest(
        benchmark_id=s.benchmark_id,
        job_id=s.job_id,
        other_job_id=s.other_job_id,
    )


def eval_difference_from_proto(p: reports_pb2.EvalDifference) -> m.EvalDifference:
    return m.EvalDifference(
        scoring_function=p.scoring_function,
        count=p.count,
        mean=p.mean,
        other_mean=p.other_mean,
        difference=p.difference,
        interval=eval_interval_from_proto(p.interval) if p.HasField("interval") else None,
        better=p.better,
        worse=p.worse,
        test=p.test,
        p_value=p.p_value,
        significant=p.significant,
    )


def eval_difference_to_proto(s: m.EvalDifference) -> reports_pb2.EvalDifference:
    return reports_pb2.EvalDifference(
        scoring_function=s.scoring_function,
        count=s.count,
        mean=s.mean,
        other_mean=s.other_mean,
        difference=s.difference,
        interval=None if s.interval is None else eval_interval_to_proto(s.interval),
        better=s.better,
        worse=s.worse,
        test=s.test,
        p_value=s.p_value,
        significant=s.significant,
    )


def eval_comparison_from_proto(p: reports_pb2.EvalComparison) -> m.EvalComparison:
    return m.EvalComparison(
        job_id=p.job_id,
        other_job_id=p.other_job_id,
        unmatched=p.unmatched,
        differences=[eval_difference_from_proto(v) for v in p.differences],
    )


def eval_comparison_to_proto(s: m.EvalComparison) -> reports_pb2.EvalComparison:
    return reports_pb2.EvalComparison(
        job_id=s.job_id,
        other_job_id=s.other_job_id,
        unmatched=s.unmatched,
        differences=[eval_difference_to_proto(v) for v in s.differences],
    )
