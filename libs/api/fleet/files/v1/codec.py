"""Messages of `fleet.files.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from fleet.files.v1 import messages as m
from fleet.files.v1 import file_processors_pb2
from fleet.files.v1 import files_pb2
from fleet_runtime.reading import json_text
from fleet_runtime.encoded import ABSENT


def static_chunking_from_proto(p: file_processors_pb2.StaticChunking) -> m.StaticChunking:
    return m.StaticChunking(
        max_chunk_size_tokens=p.max_chunk_size_tokens
        if p.HasField("max_chunk_size_tokens")
        else None,
        chunk_overlap_tokens=p.chunk_overlap_tokens if p.HasField("chunk_overlap_tokens") else None,
    )


def static_chunking_to_proto(s: m.StaticChunking) -> file_processors_pb2.StaticChunking:
    return file_processors_pb2.StaticChunking(
        max_chunk_size_tokens=s.max_chunk_size_tokens,
        chunk_overlap_tokens=s.chunk_overlap_tokens,
    )


def chunking_strategy_from_proto(p: file_processors_pb2.ChunkingStrategy) -> m.ChunkingStrategy:
    return m.ChunkingStrategy(
        type=p.type,  # type: ignore[arg-type]
        static=static_chunking_from_proto(p.static) if p.HasField("static") else None,
    )


def chunking_strategy_to_proto(s: m.ChunkingStrategy) -> file_processors_pb2.ChunkingStrategy:
    return file_processors_pb2.ChunkingStrategy(
        type=s.type,
        static=None if s.static is None else static_chunking_to_proto(s.static),
    )


def process_file_request_from_proto(
    p: file_processors_pb2.ProcessFileRequest,
) -> m.ProcessFileRequest:
    return m.ProcessFileRequest(
        filename=p.filename,
        content_type=p.content_type,
        file=p.file if p.HasField("file") else None,
        file_id=p.file_id if p.HasField("file_id") else None,
        options=json_text(p.options) if p.HasField("options") else ABSENT,
        chunking_strategy=chunking_strategy_from_proto(p.chunking_strategy)
        if p.HasField("chunking_strategy")
        else None,
    )


def process_file_request_to_proto(
    s: m.ProcessFileRequest,
) -> file_processors_pb2.ProcessFileRequest:
    return file_processors_pb2.ProcessFileRequest(
        filename=s.filename,
        content_type=s.content_type,
        file=s.file,
        file_id=s.file_id,
        options=None if s.options is ABSENT else bytes(s.options).decode(),
        chunking_strategy=None
        if s.chunking_strategy is None
        else chunking_strategy_to_proto(s.chunking_strategy),
    )


def chunk_metadata_from_proto(p: file_processors_pb2.ChunkMetadata) -> m.ChunkMetadata:
    return m.ChunkMetadata(
        chunk_id=p.chunk_id if p.HasField("chunk_id") else None,
        document_id=p.document_id if p.HasField("document_id") else None,
        source=p.source if p.HasField("source") else None,
        created_timestamp=p.created_timestamp if p.HasField("created_timestamp") else None,
        updated_timestamp=p.updated_timestamp if p.HasField("updated_timestamp") else None,
        chunk_window=p.chunk_window if p.HasField("chunk_window") else None,
        chunk_tokenizer=p.chunk_tokenizer if p.HasField("chunk_tokenizer") else None,
        content_token_count=p.content_token_count if p.HasField("content_token_count") else None,
        metadata_token_count=p.metadata_token_count if p.HasField("metadata_token_count") else None,
    )


def chunk_metadata_to_proto(s: m.ChunkMetadata) -> file_processors_pb2.ChunkMetadata:
    return file_processors_pb2.ChunkMetadata(
        chunk_id=s.chunk_id,
        document_id=s.document_id,
        source=s.source,
        created_timestamp=s.created_timestamp,
        updated_timestamp=s.updated_timestamp,
        chunk_window=s.chunk_window,
        chunk_tokenizer=s.chunk_tokenizer,
        content_token_count=s.content_token_count,
        metadata_token_count=s.metadata_token_count,
    )


def chunk_from_proto(p: file_processors_pb2.Chunk) -> m.Chunk:
    return m.Chunk(
        content=p.content,
        chunk_id=p.chunk_id,
        metadata=json_text(p.metadata),
        chunk_metadata=chunk_metadata_from_proto(p.chunk_metadata),
    )


def chunk_to_proto(s: m.Chunk) -> file_processors_pb2.Chunk:
    return file_processors_pb2.Chunk(
        content=s.content,
        chunk_id=s.chunk_id,
        metadata=bytes(s.metadata).decode(),
        chunk_metadata=chunk_metadata_to_proto(s.chunk_metadata),
    )


def processed_file_from_proto(p: file_processors_pb2.ProcessedFile) -> m.ProcessedFile:
    return m.ProcessedFile(
        chunks=[chunk_from_proto(v) for v in p.chunks],
        metadata=json_text(p.metadata),
    )


def processed_file_to_proto(s: m.ProcessedFile) -> file_processors_pb2.ProcessedFile:
    return file_processors_pb2.ProcessedFile(
        chunks=[chunk_to_proto(v) for v in s.chunks],
        metadata=bytes(s.metadata).decode(),
    )


def process_file_job_from_proto(p: file_processors_pb2.ProcessFileJob) -> m.ProcessFileJob:
    return m.ProcessFileJob(
        job_id=p.job_id,
        status=p.status,
        created_at=p.created_at,
        result=processed_file_from_proto(p.result) if p.HasField("result") else None,
        error=p.error if p.HasField("error") else None,
    )


def process_file_job_to_proto(s: m.ProcessFileJob) -> file_processors_pb2.ProcessFileJob:
    return file_processors_pb2.ProcessFileJob(
        job_id=s.job_id,
        status=s.status,
        created_at=s.created_at,
        result=None if s.result is None else processed_file_to_proto(s.result),
        error=s.error,
    )


def list_process_file_jobs_request_from_proto(
    p: file_processors_pb2.ListProcessFileJobsRequest,
) -> m.ListProcessFileJobsRequest:
    return m.ListProcessFileJobsRequest(
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
    )


def list_process_file_jobs_request_to_proto(
    s: m.ListProcessFileJobsRequest,
) -> file_processors_pb2.ListProcessFileJobsRequest:
    return file_processors_pb2.ListProcessFileJobsRequest(
        after=s.after,
        limit=s.limit,
    )


def process_file_job_list_from_proto(
    p: file_processors_pb2.ProcessFileJobList,
) -> m.ProcessFileJobList:
    return m.ProcessFileJobList(
        data=[process_file_job_from_proto(v) for v in p.data],
        has_more=p.has_more,
    )


def process_file_job_list_to_proto(
    s: m.ProcessFileJobList,
) -> file_processors_pb2.ProcessFileJobList:
    return file_processors_pb2.ProcessFileJobList(
        data=[process_file_job_to_proto(v) for v in s.data],
        has_more=s.has_more,
    )


def get_process_file_job_request_from_proto(
    p: file_processors_pb2.GetProcessFileJobRequest,
) -> m.GetProcessFileJobRequest:
    return m.GetProcessFileJobRequest(
        job_id=p.job_id,
    )


def get_process_file_job_request_to_proto(
    s: m.GetProcessFileJobRequest,
) -> file_processors_pb2.GetProcessFileJobRequest:
    return file_processors_pb2.GetProcessFileJobRequest(
        job_id=s.job_id,
    )


def cancel_process_file_job_request_from_proto(
    p: file_processors_pb2.CancelProcessFileJobRequest,
) -> m.CancelProcessFileJobRequest:
    return m.CancelProcessFileJobRequest(
        job_id=p.job_id,
    )


def cancel_process_file_job_request_to_proto(
    s: m.CancelProcessFileJobRequest,
) -> file_processors_pb2.CancelProcessFileJobRequest:
    return file_processors_pb2.CancelProcessFileJobRequest(
        job_id=s.job_id,
    )


def parse_file_request_from_proto(p: file_processors_pb2.ParseFileRequest) -> m.ParseFileRequest:
    return m.ParseFileRequest(
        file_id=p.file_id,
    )


def parse_file_request_to_proto(s: m.ParseFileRequest) -> file_processors_pb2.ParseFileRequest:
    return file_processors_pb2.ParseFileRequest(
        file_id=s.file_id,
    )


def parsed_block_from_proto(p: file_processors_pb2.ParsedBlock) -> m.ParsedBlock:
    return m.ParsedBlock(
        kind=p.kind,
        text=p.text,
        page=p.page if p.HasField("page") else None,
        headings=list(p.headings),
    )


def parsed_block_to_proto(s: m.ParsedBlock) -> file_processors_pb2.ParsedBlock:
    return file_processors_pb2.ParsedBlock(
        kind=s.kind,
        text=s.text,
        page=s.page,
        headings=s.headings,
    )


def file_expires_after_from_proto(p: files_pb2.FileExpiresAfter) -> m.FileExpiresAfter:
    return m.FileExpiresAfter(
        anchor=p.anchor,  # type: ignore[arg-type]
        seconds=p.seconds,
    )


def file_expires_after_to_proto(s: m.FileExpiresAfter) -> files_pb2.FileExpiresAfter:
    return files_pb2.FileExpiresAfter(
        anchor=s.anchor,
        seconds=s.seconds,
    )


def upload_file_request_from_proto(p: files_pb2.UploadFileRequest) -> m.UploadFileRequest:
    return m.UploadFileRequest(
        filename=p.filename,
        content_type=p.content_type,
        file=p.file,
        purpose=p.purpose,  # type: ignore[arg-type]
        expires_after=file_expires_after_from_proto(p.expires_after)
        if p.HasField("expires_after")
        else None,
    )


def upload_file_request_to_proto(s: m.UploadFileRequest) -> files_pb2.UploadFileRequest:
    return files_pb2.UploadFileRequest(
        filename=s.filename,
        content_type=s.content_type,
        file=s.file,
        purpose=s.purpose,
        expires_after=None
        if s.expires_after is None
        else file_expires_after_to_proto(s.expires_after),
    )


def file_from_proto(p: files_pb2.File) -> m.File:
    return m.File(
        id=p.id,
        bytes=p.bytes,
        created_at=p.created_at,
        expires_at=p.expires_at if p.HasField("expires_at") else None,
        filename=p.filename,
        purpose=p.purpose,
        status=p.status,
        status_details=p.status_details if p.HasField("status_details") else None,
    )


def file_to_proto(s: m.File) -> files_pb2.File:
    return files_pb2.File(
        id=s.id,
        object=s.object,
        bytes=s.bytes,
        created_at=s.created_at,
        expires_at=s.expires_at,
        filename=s.filename,
        purpose=s.purpose,
        status=s.status,
        status_details=s.status_details,
    )


def list_files_request_from_proto(p: files_pb2.ListFilesRequest) -> m.ListFilesRequest:
    return m.ListFilesRequest(
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
        purpose=p.purpose if p.HasField("purpose") else None,
    )


def list_files_request_to_proto(s: m.ListFilesRequest) -> files_pb2.ListFilesRequest:
    return files_pb2.ListFilesRequest(
        after=s.after,
        limit=s.limit,
        order=s.order,
        purpose=s.purpose,
    )


def file_list_from_proto(p: files_pb2.FileList) -> m.FileList:
    return m.FileList(
        data=[file_from_proto(v) for v in p.data],
        has_more=p.has_more,
        first_id=p.first_id,
        last_id=p.last_id,
    )


def file_list_to_proto(s: m.FileList) -> files_pb2.FileList:
    return files_pb2.FileList(
        object=s.object,
        data=[file_to_proto(v) for v in s.data],
        has_more=s.has_more,
        first_id=s.first_id,
        last_id=s.last_id,
    )


def get_file_request_from_proto(p: files_pb2.GetFileRequest) -> m.GetFileRequest:
    return m.GetFileRequest(
        file_id=p.file_id,
    )


def get_file_request_to_proto(s: m.GetFileRequest) -> files_pb2.GetFileRequest:
    return files_pb2.GetFileRequest(
        file_id=s.file_id,
    )


def delete_file_request_from_proto(p: files_pb2.DeleteFileRequest) -> m.DeleteFileRequest:
    return m.DeleteFileRequest(
        file_id=p.file_id,
    )


def delete_file_request_to_proto(s: m.DeleteFileRequest) -> files_pb2.DeleteFileRequest:
    return files_pb2.DeleteFileRequest(
        file_id=s.file_id,
    )


def file_deleted_from_proto(p: files_pb2.FileDeleted) -> m.FileDeleted:
    return m.FileDeleted(
        id=p.id,
        deleted=p.deleted,
    )


def file_deleted_to_proto(s: m.FileDeleted) -> files_pb2.FileDeleted:
    return files_pb2.FileDeleted(
        id=s.id,
        object=s.object,
        deleted=s.deleted,
    )


def get_file_content_request_from_proto(
    p: files_pb2.GetFileContentRequest,
) -> m.GetFileContentRequest:
    return m.GetFileContentRequest(
        file_id=p.file_id,
    )


def get_file_content_request_to_proto(
    s: m.GetFileContentRequest,
) -> files_pb2.GetFileContentRequest:
    return files_pb2.GetFileContentRequest(
        file_id=s.file_id,
    )


def file_content_from_proto(p: files_pb2.FileContent) -> m.FileContent:
    return m.FileContent(
        data=p.data,
        content_type=p.content_type if p.HasField("content_type") else None,
        filename=p.filename if p.HasField("filename") else None,
    )


def file_content_to_proto(s: m.FileContent) -> files_pb2.FileContent:
    return files_pb2.FileContent(
        data=s.data,
        content_type=s.content_type,
        filename=s.filename,
    )
