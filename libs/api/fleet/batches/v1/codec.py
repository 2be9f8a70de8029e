"""Messages of `fleet.batches.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from fleet.batches.v1 import messages as m
from fleet.batches.v1 import batches_pb2


def output_expires_after_from_proto(p: batches_pb2.OutputExpiresAfter) -> m.OutputExpiresAfter:
    return m.OutputExpiresAfter(
        anchor=p.anchor,  # type: ignore[arg-type]
        seconds=p.seconds,
    )


def output_expires_after_to_proto(s: m.OutputExpiresAfter) -> batches_pb2.OutputExpiresAfter:
    return batches_pb2.OutputExpiresAfter(
        anchor=s.anchor,
        seconds=s.seconds,
    )


def create_batch_request_from_proto(p: batches_pb2.CreateBatchRequest) -> m.CreateBatchRequest:
    return m.CreateBatchRequest(
        input_file_id=p.input_file_id,
        endpoint=p.endpoint,  # type: ignore[arg-type]
        completion_window=p.completion_window,
        metadata={k: v for k, v in p.metadata.items()} or None,
        idempotency_key=p.idempotency_key if p.HasField("idempotency_key") else None,
        output_expires_after=output_expires_after_from_proto(p.output_expires_after)
        if p.HasField("output_expires_after")
        else None,
    )


def create_batch_request_to_proto(s: m.CreateBatchRequest) -> batches_pb2.CreateBatchRequest:
    return batches_pb2.CreateBatchRequest(
        input_file_id=s.input_file_id,
        endpoint=s.endpoint,
        completion_window=s.completion_window,
        metadata=s.metadata,
        idempotency_key=s.idempotency_key,
        output_expires_after=None
        if s.output_expires_after is None
        else output_expires_after_to_proto(s.output_expires_after),
    )


def batch_error_from_proto(p: batches_pb2.BatchError) -> m.BatchError:
    return m.BatchError(
        code=p.code,
        line=p.line if p.HasField("line") else None,
        message=p.message,
        param=p.param if p.HasField("param") else None,
    )


def batch_error_to_proto(s: m.BatchError) -> batches_pb2.BatchError:
    return batches_pb2.BatchError(
        code=s.code,
        line=s.line,
        message=s.message,
        param=s.param,
    )


def batch_errors_from_proto(p: batches_pb2.BatchErrors) -> m.BatchErrors:
    return m.BatchErrors(
        data=[batch_error_from_proto(v) for v in p.data],
    )


def batch_errors_to_proto(s: m.BatchErrors) -> batches_pb2.BatchErrors:
    return batches_pb2.BatchErrors(
        object=s.object,
        data=[batch_error_to_proto(v) for v in s.data],
    )


def batch_request_counts_from_proto(p: batches_pb2.BatchRequestCounts) -> m.BatchRequestCounts:
    return m.BatchRequestCounts(
        total=p.total,
        completed=p.completed,
        failed=p.failed,
    )


def batch_request_counts_to_proto(s: m.BatchRequestCounts) -> batches_pb2.BatchRequestCounts:
    return batches_pb2.BatchRequestCounts(
        total=s.total,
        completed=s.completed,
        failed=s.failed,
    )


def batch_input_tokens_details_from_proto(
    p: batches_pb2.BatchInputTokensDetails,
) -> m.BatchInputTokensDetails:
    return m.BatchInputTokensDetails(
        cached_tokens=p.cached_tokens,
    )


def batch_input_tokens_details_to_proto(
    s: m.BatchInputTokensDetails,
) -> batches_pb2.BatchInputTokensDetails:
    return batches_pb2.BatchInputTokensDetails(
        cached_tokens=s.cached_tokens,
    )


def batch_output_tokens_details_from_proto(
    p: batches_pb2.BatchOutputTokensDetails,
) -> m.BatchOutputTokensDetails:
    return m.BatchOutputTokensDetails(
        reasoning_tokens=p.reasoning_tokens,
    )


def batch_output_tokens_details_to_proto(
    s: m.BatchOutputTokensDetails,
) -> batches_pb2.BatchOutputTokensDetails:
    return batches_pb2.BatchOutputTokensDetails(
        reasoning_tokens=s.reasoning_tokens,
    )


def batch_usage_from_proto(p: batches_pb2.BatchUsage) -> m.BatchUsage:
    return m.BatchUsage(
        input_tokens=p.input_tokens,
        input_tokens_details=batch_input_tokens_details_from_proto(p.input_tokens_details),
        output_tokens=p.output_tokens,
        output_tokens_details=batch_output_tokens_details_from_proto(p.output_tokens_details),
        total_tokens=p.total_tokens,
    )


def batch_usage_to_proto(s: m.BatchUsage) -> batches_pb2.BatchUsage:
    return batches_pb2.BatchUsage(
        input_tokens=s.input_tokens,
        input_tokens_details=batch_input_tokens_details_to_proto(s.input_tokens_details),
        output_tokens=s.output_tokens,
        output_tokens_details=batch_output_tokens_details_to_proto(s.output_tokens_details),
        total_tokens=s.total_tokens,
    )


def batch_from_proto(p: batches_pb2.Batch) -> m.Batch:
    return m.Batch(
        id=p.id,
        endpoint=p.endpoint,
        model=p.model if p.HasField("model") else None,
        errors=batch_errors_from_proto(p.errors) if p.HasField("errors") else None,
        input_file_id=p.input_file_id,
        completion_window=p.completion_window,
        status=p.status,
        output_file_id=p.output_file_id if p.HasField("output_file_id") else None,
        error_file_id=p.error_file_id if p.HasField("error_file_id") else None,
        created_at=p.created_at,
        in_progress_at=p.in_progress_at if p.HasField("in_progress_at") else None,
        expires_at=p.expires_at if p.HasField("expires_at") else None,
        finalizing_at=p.finalizing_at if p.HasField("finalizing_at") else None,
        completed_at=p.completed_at if p.HasField("completed_at") else None,
        failed_at=p.failed_at if p.HasField("failed_at") else None,
        expired_at=p.expired_at if p.HasField("expired_at") else None,
        cancelling_at=p.cancelling_at if p.HasField("cancelling_at") else None,
        cancelled_at=p.cancelled_at if p.HasField("cancelled_at") else None,
        request_counts=batch_request_counts_from_proto(p.request_counts),
        usage=batch_usage_from_proto(p.usage),
        metadata={k: v for k, v in p.metadata.items()} or None,
    )


def batch_to_proto(s: m.Batch) -> batches_pb2.Batch:
    return batches_pb2.Batch(
        id=s.id,
        object=s.object,
        endpoint=s.endpoint,
        model=s.model,
        errors=None if s.errors is None else batch_errors_to_proto(s.errors),
        input_file_id=s.input_file_id,
        completion_window=s.completion_window,
        status=s.status,
        output_file_id=s.output_file_id,
        error_file_id=s.error_file_id,
        created_at=s.created_at,
        in_progress_at=s.in_progress_at,
        expires_at=s.expires_at,
        finalizing_at=s.finalizing_at,
        completed_at=s.completed_at,
        failed_at=s.failed_at,
        expired_at=s.expired_at,
        cancelling_at=s.cancelling_at,
        cancelled_at=s.cancelled_at,
        request_counts=batch_request_counts_to_proto(s.request_counts),
        usage=batch_usage_to_proto(s.usage),
        metadata=s.metadata,
    )


def list_batches_request_from_proto(p: batches_pb2.ListBatchesRequest) -> m.ListBatchesRequest:
    return m.ListBatchesRequest(
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
    )


def list_batches_request_to_proto(s: m.ListBatchesRequest) -> batches_pb2.ListBatchesRequest:
    return batches_pb2.ListBatchesRequest(
        after=s.after,
        limit=s.limit,
    )


def batch_list_from_proto(p: batches_pb2.BatchList) -> m.BatchList:
    return m.BatchList(
        data=[batch_from_proto(v) for v in p.data],
        first_id=p.first_id if p.HasField("first_id") else None,
        last_id=p.last_id if p.HasField("last_id") else None,
        has_more=p.has_more,
    )


def batch_list_to_proto(s: m.BatchList) -> batches_pb2.BatchList:
    return batches_pb2.BatchList(
        object=s.object,
        data=[batch_to_proto(v) for v in s.data],
        first_id=s.first_id,
        last_id=s.last_id,
        has_more=s.has_more,
    )


def get_batch_request_from_proto(p: batches_pb2.GetBatchRequest) -> m.GetBatchRequest:
    return m.GetBatchRequest(
        batch_id=p.batch_id,
    )


def get_batch_request_to_proto(s: m.GetBatchRequest) -> batches_pb2.GetBatchRequest:
    return batches_pb2.GetBatchRequest(
        batch_id=s.batch_id,
    )


def cancel_batch_request_from_proto(p: batches_pb2.CancelBatchRequest) -> m.CancelBatchRequest:
    return m.CancelBatchRequest(
        batch_id=p.batch_id,
    )


def cancel_batch_request_to_proto(s: m.CancelBatchRequest) -> batches_pb2.CancelBatchRequest:
    return batches_pb2.CancelBatchRequest(
        batch_id=s.batch_id,
    )
