"""Messages of `fleet.eval.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from fleet.eval.v1 import messages as m
from fleet.eval.v1 import datasetio_pb2
from fleet.eval.v1 import datasets_pb2
from fleet.eval.v1 import scoring_functions_pb2
from fleet.eval.v1 import scoring_pb2
from fleet_runtime.reading import json_text
from fleet_runtime.encoded import ABSENT


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
